"""Protocols: what is valid loads, what is not says file, line, key, found and allowed."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.assess import registry
from pipeline.assess.criteria import mrecist, recist11, who
from pipeline.model.errors import ProtocolError
from pipeline.model.protocol import Protocol
from pipeline.model.scope import Scope
from pipeline.model.standard_protocol import STANDARD
from pipeline.store import protocols
from tests.builders import histories, trials

RETNET = (trials.FOLDER / "retnet.yaml").read_text(encoding="utf-8")


def load(folder: Path, text: str) -> Protocol:
    path = folder / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    return protocols.load(path)


@pytest.mark.parametrize("path", sorted(trials.FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_protocol_in_configs_is_valid(path: Path) -> None:
    assert protocols.load(path).name == path.stem.upper()


def test_retnet_says_what_the_rule_book_says() -> None:
    trial = trials.retnet()
    assert (trial.criteria.primary, trial.endpoint.scope, trial.endpoint.rule_set) == ("recist11", "liver", "FDA-A")
    assert (trial.schedule.every_days, trial.schedule.window_days, trial.targets.max_per_organ) == (84, 14, 2)
    assert recist11.CRITERION.rules(trial).progression_min_mm == Decimal(5)
    assert mrecist.CRITERION.rules(trial).progression_min_mm == Decimal(0)


def test_the_other_protocols_differ_in_what_must_not_be_hard_wired() -> None:
    hcc, generic = trials.named("hcc-mrecist"), trials.named("recist11-generic")
    assert (hcc.criteria.primary, hcc.schedule.every_days) == ("mrecist", 56)
    assert (generic.endpoint.scope, generic.schedule.anchor, generic.endpoint.primary) == (
        "whole-body",
        "RANDOMIZED",
        "HPFSR",
    )


@pytest.mark.parametrize(
    ("old", "new", "line_of", "message"),
    [
        ("response_percent: 30", "response_percent: abc", "abc", "found 'abc'; allowed: a whole number from 1 to 400"),
        ("response_percent: 30", "response_percent: 30.5", "30.5", "found 30.5; allowed: a whole number from 1"),
        ("response_percent: 30", 'response_percent: "30"', '"30"', "found '30'; allowed: a whole number"),
        ("response_percent: 30", "response_percent: 0", "percent: 0", "found 0; allowed: a whole number from 1 to"),
        ("max_missed_visits: 2", "max_missed_visits: yes", ": yes", "found True; allowed: a whole number from 1"),
        ("  scope: liver", "  scoop: liver", "scoop", "endpoint.scoop: found an unknown key; allowed: primary, scope"),
        ("window_days: 14", "window_days: 14\n  window_days: 7", ": 7", "duplicate key schedule.window_days, first in"),
        ("lengths_in: mm", "lengths_in: cm", "cm", "lengths_in: found 'cm'; allowed: mm"),
        ("intervals_in: days", "intervals_in: weeks", "weeks", "intervals_in: found 'weeks'; allowed: days"),
        ("min_long_axis_mm: 10", "min_long_axis_mm: 10 mm", "10 mm", "found '10 mm'; allowed: a bare number of mm"),
        ("min_long_axis_mm: 10", "min_long_axis_mm: .nan", ".nan", "allowed: a number of mm from 0 to 100"),
        ("min_long_axis_mm: 10", "min_long_axis_mm: -1", "-1", "found -1; allowed: a number of mm from 0 to 100"),
        ("open: false", "open: shut", "shut", "arms.2.open: found 'shut'; allowed: true or false"),
        ("label: bland emb", "labl: bland emb", "labl", "arms.0.labl: found an unknown key; allowed: code, label"),
        ("phases: [arterial]", "phases: [delayed]", "[delayed]", "criteria.mrecist.phases: allowed: [arterial]"),
        ("phases: [arterial]", "phases: []", "[]", "criteria.mrecist.phases: found []; allowed: a list of: unenh"),
        ("venous, arterial, delayed]", "venous, unknown]", "unknown]", "recist11.phases: found 'unknown'"),
        (
            "primary: recist11",
            "primary: recist10",
            "recist10",
            "primary: found 'recist10'; allowed: ",
        ),
        (
            "  who:  ",
            "  wha:  ",
            "wha",
            "wha: found an unknown key; allowed: primary, lipiodol, readers",
        ),
        (
            "    growth_mm: 5",
            "    growth: 5",
            "growth",
            "irecist.growth: found an unknown key; allowed: confirm",
        ),
        ("window_days: 14", "window_days: 42", "42", "schedule.window_days: the windows of two visits overlap"),
        ("criteria:\n", "criteria:\n  barring: {}\n", "barring", "found a key of an earlier hepatrack; write the"),
        ("criteria:\n", "criteria:\n  5: {}\n", "5: {}", "key criteria.5 is no text"),
        ("scope: liver", "scope: lung", "lung", "endpoint.scope: found 'lung'; allowed: liver, whole-body"),
        ("primary: recist11", "primary: [recist11", "recist11:", "expected ',' or ']'"),
        ("[CT, MR]", "[CT, US]", "US", "imaging.modalities.1: found 'US'; allowed: CT, MR"),
        (
            "[OTHER_THERAPY, PRRT",
            "[DEATH, PRRT",
            "[DEATH, PRRT",
            "endpoint.intercurrent.0: found 'DEATH'; allowed: OTHER_THERAPY, PRRT, ",
        ),
        ("name_prefix: W", "name_prefix: BASELINE", "BASELINE", "schedule.name_prefix: found 'BASELINE'"),
        ("code: CTACE", "code: BE", "arms:", "arms: two arms have the same code"),
        ('version: "1.0"', "version: 1.0", "1.0", "version: found 1.0; allowed: text"),
        ("name: RETNET", "name: !!python/name:os.system x", "python", "could not determine a constructor"),
    ],
)
def test_errors_name_line_key_found_and_allowed(tmp_path: Path, old: str, new: str, line_of: str, message: str) -> None:
    assert old in RETNET
    text = RETNET.replace(old, new, 1)
    changed = text[text.index(new) :] if line_of in text[text.index(new) :] else text
    line = text.count("\n", 0, len(text) - len(changed) + changed.index(line_of)) + 1
    if line_of == "arms:":
        line = text.count("\n", 0, text.index("arms:")) + 1
    with pytest.raises(ProtocolError) as caught:
        load(tmp_path, text)
    assert f"trial.yaml line {line}: " in str(caught.value)
    assert message in str(caught.value)


def test_a_file_of_another_kind_is_not_shown_whole(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError) as caught:
        load(tmp_path, "STUDYID,USUBJID\n" + "S,1\n" * 1000)
    assert "trial.yaml line 1: the file: found 'STUDYID,USUBJID S,1 S,1" in str(caught.value)
    assert len(str(caught.value)) < 500


def test_mrecist_cannot_decide_in_the_whole_body(tmp_path: Path) -> None:
    text = RETNET.replace("primary: recist11", "primary: mrecist").replace("scope: liver", "scope: whole-body")
    line = text[: text.index("  scope: whole-body")].count("\n") + 1
    with pytest.raises(ProtocolError, match=rf"line {line}: endpoint.scope: found 'whole-body'; allowed: liver"):
        load(tmp_path, text)


def test_a_missing_key_is_reported_with_its_section(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match=r"arms\.0\.label: found nothing; allowed: text"):
        load(tmp_path, RETNET.replace(", label: bland embolization", ""))
    with pytest.raises(ProtocolError, match=r"end_point: found an unknown key; allowed: name, title"):
        load(tmp_path, RETNET.replace("endpoint:", "end_point:"))


def test_a_file_says_what_differs_from_the_defaults(tmp_path: Path) -> None:
    short = load(tmp_path, "endpoint:\n  scope: whole-body\n")
    endpoint = STANDARD.endpoint.model_copy(update={"scope": Scope.WHOLE_BODY})
    assert short == STANDARD.model_copy(update={"name": "trial", "endpoint": endpoint})
    assert recist11.CRITERION.rules(load(tmp_path, "criteria:\n  recist11: {progression_min_mm: 3}\n")).phases
    with pytest.raises(ProtocolError, match=r"trial.yaml line 2: endpoint.scope: found 'lung'; allowed: liver"):
        load(tmp_path, "endpoint:\n  scope: lung\n")
    with pytest.raises(ProtocolError, match=r"endpoint: found None; allowed: a section"):
        load(tmp_path, "endpoint:\n")


def test_all_errors_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError) as caught:
        load(tmp_path, RETNET.replace("lengths_in: mm", "lengths_in: cm").replace("scope: liver", "scope: lung"))
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: the file: found None; allowed: a section"),
        (b"- a\n- b\n", r"line 1: the file: found \['a', 'b'\]; allowed: a section"),
        (b"\xff\xfe", "cannot be read"),
        (b"name: &a [*a]\n", r"alias \*a is not allowed"),
        (b"name: x\n---\nname: y\n", "line 2: but found another document"),
    ],
)
def test_a_file_that_is_no_protocol_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes(content)
    with pytest.raises(ProtocolError, match=message):
        protocols.load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match=r"trial\.yaml: cannot be read"):
        protocols.load(tmp_path / "trial.yaml")


def test_fingerprint_follows_the_science_and_not_the_spelling(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(RETNET.replace("min_long_axis_mm: 10", "min_long_axis_mm: 10.0") + "# a remark\n", encoding="utf-8")
    same = protocols.fingerprint(trials.retnet())
    assert protocols.fingerprint(protocols.load(path)) == same
    assert len(same) == 64
    other = histories.changed(trials.retnet(), "schedule.window_days=13")
    assert protocols.fingerprint(other) != same


def test_every_key_of_a_protocol_is_documented() -> None:
    page = (trials.FOLDER.parents[1] / "docs" / "methods" / "protocol.md").read_text(encoding="utf-8")
    keys = {line.strip().partition(":")[0] for line in RETNET.splitlines() if line.strip()[:1].isalpha()}
    assert sorted(key for key in keys if key not in page) == []


def test_fingerprint_does_not_know_what_criteria_there_are_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    before = protocols.fingerprint(trials.retnet())
    facts = replace(who.CRITERION.facts, name="other", code="O", category="OTHER")
    known = {**registry.criteria(), "other": replace(who.CRITERION, facts=facts)}
    monkeypatch.setattr(registry, "criteria", lambda: known)
    assert protocols.fingerprint(trials.retnet()) == before


@pytest.mark.parametrize("text", ["[", "- ", "{a: ", "? "])
def test_deep_nesting_is_refused_before_it_takes_time_or_memory(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProtocolError, match=r"trial\.yaml: line 1: lists and sections nest deeper than 20"):
        load(tmp_path, text * 50_000)


@pytest.mark.parametrize(
    "value",
    ["2021-02-30", "2021-01-01 25:00:00", "!!int 'x'", "!!float 'x'", "!!int ''", "!!float ''", "!!int 0x", "!!bool x",
     "9" * 10_000],
)  # fmt: skip
def test_a_value_that_yaml_cannot_make_is_named_with_its_line(tmp_path: Path, value: str) -> None:
    with pytest.raises(ProtocolError, match=r"trial\.yaml line 2: .* is no value of the type that it looks like"):
        load(tmp_path, f"# a trial\nname: {value}\n")
