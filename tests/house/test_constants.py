"""Every numeric constant of the product says its unit and source in one line beneath it."""

import pytest

from tests.house import constants


def test_every_constant_says_what_it_is():
    silent = [line for path in constants.sources("pipeline", "flows") for line in constants.undocumented(path)]
    assert silent == [], "write the unit and the source of each directly beneath it"


@pytest.mark.parametrize(
    "planted",
    [
        "MARGIN_MM = 5.0\n",
        "_LIMIT: int = 2**31\n\nX = 1\n",
        'STEP = Decimal("0.1")\nNAME = "a"\n',
        "LOW, HIGH = 0.1, 0.9\n",
    ],
)
def test_a_silent_constant_is_found(planted, tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "ROOT", tmp_path)
    path = tmp_path / "planted.py"
    path.write_text(planted, encoding="utf-8")
    assert len(constants.undocumented(path)) >= 1


def test_a_constant_with_a_line_beneath_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "ROOT", tmp_path)
    path = tmp_path / "planted.py"
    path.write_text('MARGIN_MM = 5.0\n"""Around the lesion, in mm; own choice."""\nNAME = "a"\n', encoding="utf-8")
    assert constants.undocumented(path) == []
