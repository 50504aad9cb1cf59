"""No variable, parameter, field or function of the product is named for the telling instead of the thing."""

from tests.house import constants, names

VAGUE = ("found", "looked_at", "now", "said", "seen", "told")
"""What the field has words for: sum, reference, response, scope, condition, nadir, visit, lesion, row, message."""

KEPT = {
    ("pipeline/assess/target_limits.py", "found"): "half of a message, as the reader sees it: found ..., allowed ...",
}


def bound() -> set[tuple[str, str]]:
    return {
        (path.relative_to(constants.ROOT).as_posix(), name)
        for path in constants.sources("pipeline", "flows")
        for name, _ in names.bound(path)
    }


def test_no_name_is_vague():
    vague = sorted(each for each in bound() if each[1].lstrip("_").lower() in VAGUE and each not in KEPT)
    assert vague == [], "name it for what it is in the words of the field"


def test_what_is_kept_is_there():
    assert sorted(set(KEPT) - bound()) == []


def test_a_planted_one_is_found(tmp_path):
    path = tmp_path / "planted.py"
    path.write_text(
        "from json import loads as told\n\n\ndef decide(said, *, now):\n"
        "    found, seen = said, now\n    for looked_at in found:\n        yield lambda row: row\n"
    )
    assert sorted(name for name, _ in names.bound(path) if name in VAGUE) == sorted(VAGUE)
