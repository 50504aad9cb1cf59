"""A marker in every text tag but the subject's key, and in names of files and folders, stands in no output.

Outputs are what commands leave outside the study folder: files, terminal, JSON, and what Prefect keeps, whose server
may stand elsewhere. The study folder keeps the table of names.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import pytest

from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.settings import Settings
from tests.builders.command import PROTOCOL, QUICK, SAMPLE, Done, hepatrack
from tests.builders.marked import MARKER, broken_files, marked_copy, marked_series, places, undecodable_series


def names_of(study: Path) -> list[dict[str, str]]:
    with (study / "files.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def run(source: Path, study: Path, out: Path, masks: Path) -> export.Exported:
    asked = inputs.read([source], PROTOCOL, None, masks, None)
    study.mkdir()
    with line.stored(study, Settings(), Direct()) as opened:
        opened.ingest(asked)
        opened.propose()
        opened.assess()
        return export.export(opened, out)


def test_what_fails_is_named_by_content(tmp_path: Path):
    source = tmp_path / f"{MARKER} root"
    broken_files(source)
    marked_series(source / f"{MARKER}^W0", SeriesDescription="PORTAL VENOUS 70 s")
    marked_series(source / f"{MARKER}^W1", StudyDate="20240401", SeriesInstanceUID="1.2.3")
    undecodable_series(source / f"{MARKER}^W2", StudyDate="20240501", SeriesInstanceUID="1.2.4")
    (cut,) = (source / f"{MARKER}^W1").glob("*_2")
    cut.write_bytes(cut.read_bytes()[:-500])
    (source / f"{MARKER}.nii.gz").write_bytes(b"no NIfTI")
    masks = source / f"{MARKER}.csv"
    masks.write_text(f"subject,date,acquisition,what,lesion,path\nS-001,2024-03-05,,liver,,{MARKER}.nii.gz\n")
    exported = run(source, tmp_path / "study", tmp_path / "out", masks)
    (subject,) = exported.report.subjects
    assert "PORTAL VENOUS" in " ".join(volume.phase.evidence for volume in subject.volumes)
    reasons = [failure.reason for failure in exported.report.failures]
    rows = names_of(tmp_path / "study")
    unread = [row for row in rows if row["status"] == "unreadable"]
    assert len(unread) >= 6
    for row in unread:
        assert any(reason.startswith(f"file {row['name']}: ") for reason in reasons), row["path"]
    assert any("pixel data" in reason and "cannot be decoded" in reason for reason in reasons)
    assert any("cannot be read as NIfTI" in reason for reason in reasons)
    assert MARKER not in exported.as_json()
    assert places(tmp_path / "out") == []
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["inputs"]["sha256"] == sorted(r["sha256"] for r in rows if r["sha256"] and r["status"] != "mask")


@dataclass(frozen=True)
class Commands:
    """Commands on marked images: their input, study, and the folder that holds all they left outside it."""

    source: Path
    study: Path
    outside: Path

    def __call__(self, *arguments: object) -> Done:
        """Run a command; what it prints is kept beside its files."""
        homes = {name: self.outside / name.lower() for name in ("HOME", "TMPDIR")}
        for home in homes.values():
            home.mkdir(parents=True, exist_ok=True)
        done = hepatrack(*arguments, **{name: str(home) for name, home in homes.items()})
        number = len(list(self.outside.glob("printed-*")))
        (self.outside / f"printed-{number}").write_text(done.out + done.err)
        return done


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """One subject of the sample at baseline and after 12 weeks, with masks of both kinds, and files that fail."""
    folder = tmp_path_factory.mktemp("marked")
    source = folder / f"{MARKER} root"
    for visit in ("BASELINE", "W12"):
        marked_copy(SAMPLE / QUICK / visit, source / f"{MARKER}^{visit}")
    broken_files(source)
    undecodable_series(source / f"{MARKER}^W2", StudyDate="20240501", SeriesInstanceUID="1.2.4")
    header, *lines = (SAMPLE / "masks.csv").read_text().splitlines()
    table = [header]
    for each in lines[:3]:
        before, _, path = each.rpartition(",")
        mask = nib.load(SAMPLE / path)
        mask.header["descrip"] = mask.header["aux_file"] = MARKER
        nib.save(mask, folder / f"{MARKER}_{Path(path).name}")
        table.append(f"{before},{MARKER}_{Path(path).name}")
    table.append(f"{QUICK},2021-02-22,3,lesion,T03,{MARKER}.nii")
    (folder / f"{MARKER}.nii").write_bytes(MARKER.encode() * 99)
    (folder / f"{MARKER}.csv").write_text("\n".join([*table, ""]))
    header, *lines = (SAMPLE / "events.csv").read_text().splitlines()
    (folder / "events.csv").write_text("\n".join([header, *(each for each in lines if each.startswith(QUICK)), ""]))
    made = Commands(source, folder / "study", folder / "outside")
    tables = ("--masks", folder / f"{MARKER}.csv", "--events", folder / "events.csv")
    study = ("--study", made.study, "--out", made.outside / "out")
    done = made("run", source, "--protocol", PROTOCOL, *tables, *study)
    assert done.code == 1, done.err[-3000:]
    return made


@pytest.mark.image
@pytest.mark.prefect
def test_the_whole_line_leaves_no_name_outside_the_study(commands: Commands):
    out = commands.outside / "out"
    assert list((out / "report").glob("*.png"))
    assert (out / "lesions.csv").read_text().count(QUICK) >= 4
    printed = (commands.outside / "printed-0").read_text()
    assert f"which is which: {commands.study / 'files.csv'}" in " ".join(printed.split())
    assert places(commands.outside) == []
    assert {row["status"] for row in names_of(commands.study)} == {"used", "left_out", "unreadable", "mask"}
    assert all(MARKER in row["path"] for row in names_of(commands.study))


@pytest.mark.image
@pytest.mark.prefect
def test_prefect_keeps_no_name(commands: Commands):
    assert (commands.study / "prefect" / "prefect.db").stat().st_size
    assert places(commands.study / "prefect") == []


@pytest.mark.image
@pytest.mark.prefect
def test_commands_on_the_study_and_on_the_folder_name_files_by_content(commands: Commands):
    out = commands.outside / "out"
    early = ("--out", commands.outside / "cut", "--cut", "2021-03-31")
    failures = json.loads(commands("export", "--study", commands.study, *early, "--json").out)["failures"]
    scanned = json.loads(commands("scan", commands.source, "--headers-only", "--json").out)
    told = commands("scan", commands.source / f"{MARKER}^W2")
    tables = ("--rs", out / "sdtm" / "rs.xpt", "--adsl", out / "adam" / "adsl.xpt")
    derived = commands("derive", *tables, "--param", "ALL", "--out", commands.outside / "derived")
    assert derived.code == 0, derived.err
    assert "cannot be decoded" in " ".join(told.out.split())
    known = {row["name"] for row in names_of(commands.study)}
    assert len(known & {file["path"] for file in scanned["files"]}) > len(known) / 2
    assert any(f"file {name}: " in failure["reason"] for failure in failures for name in known)
    assert places(commands.outside) == []
