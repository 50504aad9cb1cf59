"""The whole line on a set without dates, with a list of visits: what it gives with dates."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.settings import Settings
from tests.builders import undated
from tests.builders.command import PROTOCOL, SAMPLE, part_of_sample, rows

pytestmark = pytest.mark.image
SUBJECT = "RETNET-003"
"""Three visits, nothing adopted: liver, lesions and links are all proposed."""
TABLES = ("lesions.csv", "timepoints.csv", "endpoint.csv", "criteria.csv", "certainty.csv")


@dataclass(frozen=True)
class Ran:
    """One run: what was exported, its output, and the list of visits it had."""

    exported: export.Exported
    out: Path
    visits: Path | None


def _run(folder: Path, source: Path, visits: Path | None) -> Ran:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEPATRACK_ENGINES", "classical")  # dates are tried here, not outlines
        return _ran(folder, source, visits)


def _ran(folder: Path, source: Path, visits: Path | None) -> Ran:
    asked = inputs.read([source], PROTOCOL, source / "events.csv", None, None, visits=visits)
    (folder / "study").mkdir()
    with line.stored(folder / "study", Settings(), Direct()) as opened:
        opened.ingest(asked)
        opened.propose()
        opened.assess()
        return Ran(export.export(opened, folder / "out"), folder / "out", visits)


def _listed(folder: Path) -> Path:
    """Write the list of the subject's visits by their folders, with the days that the sample has."""
    manifest = json.loads((SAMPLE / "MANIFEST.json").read_text(encoding="utf-8"))
    (mine,) = (each for each in manifest["subjects"] if each["subject"] == SUBJECT)
    return undated.write_list(
        folder / "visits.csv",
        *(
            {"subject": SUBJECT, "folder": f"{SUBJECT}/{v['visit']}", "visit": v["visit"], "date": v["date"]}
            for v in mine["visits"]
        ),
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Ran]:
    """The subject as it is, and without dates but with a list."""
    runs = []
    for name in ("dated", "undated"):
        folder = tmp_path_factory.mktemp(name)
        source = part_of_sample(folder, SUBJECT)
        if name == "undated":
            undated.strip(source / SUBJECT)
        runs.append(_run(folder, source, _listed(folder) if name == "undated" else None))
    return runs[0], runs[1]


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_are_the_same_to_the_byte(both: tuple[Ran, Ran], table: str) -> None:
    dated, listed = both
    assert listed.exported.report.failures == ()
    assert len(rows(dated.out / table)) > 0
    assert (listed.out / table).read_bytes() == (dated.out / table).read_bytes()


def test_datasets_differ_in_where_the_dates_are_from(both: tuple[Ran, Ran]) -> None:
    dated, listed = both
    for domain in ("tu", "tr", "rs"):
        name = f"sdtm/{domain}.csv"
        assert (listed.out / name).read_bytes() == (dated.out / name).read_bytes()
    sources = {row["QVAL"] for row in rows(listed.out / "sdtm" / "supptr.csv") if row["QNAM"] == "DTCSRC"}
    assert listed.visits is not None
    digest = hashlib.sha256(listed.visits.read_bytes()).hexdigest()
    assert sources == {f"list of visits, SHA-256 {digest[:16]}"}
    assert not [row for row in rows(dated.out / "sdtm" / "supptr.csv") if row["QNAM"] == "DTCSRC"]


def test_manifest_and_explanations_name_the_list(both: tuple[Ran, Ran]) -> None:
    dated, listed = both
    assert listed.visits is not None
    digest = hashlib.sha256(listed.visits.read_bytes()).hexdigest()
    told = json.loads((listed.out / "manifest.json").read_text(encoding="utf-8"))
    assert told["visits"] == {"sha256": digest}
    assert "visits" not in json.loads((dated.out / "manifest.json").read_text(encoding="utf-8"))
    points = json.loads((listed.out / "explanations.json").read_text(encoding="utf-8"))
    assert {point.pop("date_source") for point in points} == {f"list of visits, SHA-256 {digest[:16]}"}
    assert points == json.loads((dated.out / "explanations.json").read_text(encoding="utf-8"))
