"""The product holds nothing that only tests use, but for what is listed here."""

from tests.house import constants, uses

KEPT = {
    ("flows.deploy", "process"): "a flow, which Prefect finds by its name",
    ("pipeline.assess.eligibility", "assess"): "a published rule (docs/methods/eligibility.md); no command asks it yet",
    ("pipeline.engines.outside.longiseg", "answer"): "called by outside/run.py, which runs the file a request names",
    ("pipeline.engines.outside.nninteractive", "answer"): "likewise",
    ("pipeline.engines.outside.nnunet", "answer"): "likewise",
    ("pipeline.engines.outside.totalsegmentator", "answer"): "likewise",
    ("pipeline.report.wording", "duration"): "a filter of the templates",
    ("pipeline.report.wording", "measured"): "a filter of the templates",
    ("pipeline.report.wording", "ml"): "a filter of the templates",
    ("pipeline.report.wording", "phase"): "a filter of the templates",
}


def unused() -> set[tuple[str, str]]:
    names = uses.unused(constants.sources("pipeline", "flows"), constants.ROOT)
    return {
        (module, name)
        for module, name in names
        if name != "__all__" and (name != "CRITERION" or not module.startswith("pipeline.assess.criteria."))
    }


def test_what_only_tests_use_stands_in_the_tests():
    assert sorted(unused() - set(KEPT)) == [], "delete it, or move it to tests/builders"


def test_what_is_kept_is_unused():
    assert sorted(set(KEPT) - unused()) == []


def test_a_planted_one_is_found(tmp_path):
    (tmp_path / "lengths.py").write_text("LEAST_MM = 5.0\n\n\ndef axis():\n    return LEAST_MM\n\n\ndef spare(): ...\n")
    (tmp_path / "sums.py").write_text("from room import lengths\n\nTOTAL = lengths.axis()\n")
    paths = sorted(tmp_path.glob("*.py"))
    assert uses.unused(paths, tmp_path) == {("lengths", "axis"), ("lengths", "spare"), ("sums", "TOTAL")}
    room = tmp_path / "room"
    room.mkdir()
    for path in paths:
        path.rename(room / path.name)
    assert uses.unused(sorted(room.glob("*.py")), tmp_path) == {("room.lengths", "spare"), ("room.sums", "TOTAL")}
