"""Every numeric constant of the product says beneath it what it is: unit and source."""

from tests.house import constants


def test_each_numeric_constant_has_a_line_beneath():
    silent = [line for path in constants.sources("pipeline", "flows") for line in constants.undocumented(path)]
    assert not silent, "write one line of text beneath: unit and source, or own choice and what it was tuned on"


def test_a_silent_constant_is_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "ROOT", tmp_path)
    (tmp_path / "planted.py").write_text('LOUD_MM = 1.0\n"""mm, own choice."""\nSILENT_MM = 2.0\nLOW, HIGH = 1, 2\n')
    assert constants.undocumented(tmp_path / "planted.py") == ["planted.py:3 SILENT_MM", "planted.py:4 (LOW, HIGH)"]
