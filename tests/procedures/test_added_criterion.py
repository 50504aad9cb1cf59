"""A criterion is added by one file, one table and one page in a package of its own; nothing else names it.

Every command runs in a process of its own that finds the package as an installed one.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import added_criterion
from tests.builders import tumor_tables as tables
from tests.builders.added_criterion import Package
from tests.builders.command import PROTOCOL, QUICK, ROOT, environment, hepatrack, inputs, part_of_sample, rows


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return added_criterion.write(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trial with the added criterion as its primary."""
    path = tmp_path_factory.mktemp("protocol") / "extent.yaml"
    text = PROTOCOL.read_text(encoding="utf-8")
    changed = "primary: extent\n  extent: {too_small_value_mm: 4}"
    path.write_text(text.replace("primary: recist11", changed, 1), encoding="utf-8")
    return path


def search_path(*folders: Path) -> str:
    return os.pathsep.join(map(str, (*folders, ROOT)))


def python(package: Package, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env={**environment(), "PYTHONPATH": search_path(package.folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def respond(folder: Path, *options: object, site: str) -> tuple[int, str, list[dict[str, str]]]:
    of_tu = tables.write(tables.tu("T01 TARGET LIVER"), folder / "TU.csv")
    of_tr = tables.write(tables.tr("T01 LDIAM 1=50 2=54 3=56"), folder / "TR.csv")
    out = folder / "RS.csv"
    done = hepatrack("respond", "--tu", of_tu, "--tr", of_tr, "--out", out, *options, PYTHONPATH=site)
    return done.code, done.err, rows(out) if out.exists() else []


def test_respond_reads_by_it(package: Package, tmp_path: Path) -> None:
    reasons, certainty = tmp_path / "reasons.jsonl", tmp_path / "sure.csv"
    options = ("--criteria", "extent", "--explain", reasons, "--certainty", certainty)
    code, errors, found = respond(tmp_path, *options, site=search_path(package.folder))
    assert code == 0, errors
    assert [row["RSSTRESC"] for row in found if row["RSTESTCD"] == "OVRLRESP"] == ["SD", "PD"]
    assert {row["RSCAT"] for row in found} == {"EXTENT"}
    assert '"extent.target.pd"' in reasons.read_text(encoding="utf-8")
    assert [row["criterion"] for row in rows(certainty)] == ["extent"]


def test_a_study_has_it_as_primary(package: Package, protocol: Path, tmp_path: Path) -> None:
    script = tmp_path / "assess_study.py"
    script.write_text(added_criterion.STUDY, encoding="utf-8")
    done = python(package, script, tmp_path, protocol)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    points = rows(out / "timepoints.csv")
    assert [row["hepatic_recist11"] for row in points] == ["", "SD", "SD"]
    assert [(row["extent_sum_mm"], row["hepatic_extent"]) for row in points] == [("50", ""), ("54", "SD"), ("56", "PD")]
    endpoint = next(row for row in rows(out / "endpoint.csv") if row["paramcd"] == "HPFS")
    assert (endpoint["source_visit"], endpoint["cnsr"]) == ("W24", "0")
    assert [row["answer"] for row in rows(out / "criteria.csv") if row["criterion"] == "extent"] == ["", "SD", "PD"]
    assert [row["criterion"] for row in rows(out / "certainty.csv")] == ["extent"]
    responses = {row["RSSEQ"]: row for row in rows(out / "sdtm" / "rs.csv")}
    hpfs = next(row for row in rows(out / "adam" / "adtte.csv") if row["PARAMCD"] == "HPFS")
    dated_by = responses[hpfs["SRCSEQ"]]
    assert (dated_by["RSCAT"], dated_by["RSSCAT"], dated_by["RSSTRESC"]) == ("EXTENT", "LIVER", "PD")
    analysis = rows(out / "adam" / "adrs.csv")
    assert [row["AVALC"] for row in analysis if row["PARAMCD"] == "OVRLX"] == ["SD", "PD"]
    assert {row["PARCAT1"] for row in analysis if row["PARAMCD"] == "BOR"} == {"EXTENT"}
    assert 'CodedValue="EXTENT"' in (out / "sdtm" / "define.xml").read_text(encoding="utf-8")
    explained = json.loads((out / "explanations.json").read_text(encoding="utf-8"))
    assert explained[2]["responses"]["hepatic_extent"]["rule"] == "extent.overall.pd_target"
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["versions"]["hepatrack-extent"] == "1.0"
    figures = tmp_path / "figures"
    tables_of_study = ("--timepoints", out / "timepoints.csv", "--endpoint", out / "endpoint.csv", "--out", figures)
    site = search_path(package.folder)
    drawn = hepatrack("figures", *tables_of_study, "--criteria", "extent", PYTHONPATH=site)
    assert drawn.code == 0, drawn.err
    assert [row["sum_mm"] for row in rows(figures / "sums.csv")] == ["50", "54", "56"]
    page = next((out / "report").glob("S-001*.html")).read_text(encoding="utf-8")
    assert 'Hepatic Extent <span class="unit">decides</span>' in page


@pytest.mark.prefect
@pytest.mark.image
def test_run_has_it_as_primary(package: Package, protocol: Path, tmp_path: Path) -> None:
    arguments = inputs(part_of_sample(tmp_path, QUICK), tmp_path / "study", tmp_path / "out")
    arguments[arguments.index("--protocol") + 1] = protocol
    done = hepatrack("run", *arguments, PYTHONPATH=search_path(package.folder))
    assert done.code == 0, done.err
    points = rows(tmp_path / "out" / "timepoints.csv")
    assert [row["extent_sum_mm"] for row in points] == [row["sum_mm"] for row in points]
    assert any(row["hepatic_extent"] for row in points)


def test_its_page_is_written_and_it_stands_beside_the_others(package: Package) -> None:
    done = python(package, "-m", "pipeline.report.methods", package.folder)
    assert (done.returncode, done.stdout) == (0, f"{package.page.name}\n"), done.stderr
    page = package.page.read_text(encoding="utf-8")
    line = "| extent | Extent | long axes | mm | -30 % | from +10 % | nothing | liver | Extent, own choice [D] |\n"
    assert page.count(line) == 2
    assert "| choi |" in page


def test_its_golden_table_is_run_as_those_of_the_others(package: Package, tmp_path: Path) -> None:
    done = python(package, "-m", "tests.builders.golden", "extent", package.golden)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(added_criterion.GOLDEN.replace("T1=55,,PD,PD", "T1=55,,SD,PD"), encoding="utf-8")
    done = python(package, "-m", "tests.builders.golden", "extent", wrong)
    assert (done.returncode, done.stdout) == (1, "extent exactly +10 %, target: ['PD'], expected ['SD']\n")


def test_its_section_is_checked(package: Package, protocol: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = protocol.read_text(encoding="utf-8").replace("extent: {too_small", "extent: {to_small")
    wrong.write_text(text, encoding="utf-8")
    code, errors, found = respond(tmp_path, "--protocol", wrong, site=search_path(package.folder))
    assert (code, found) == (2, [])
    assert "criteria.extent.to_small_value_mm: found an unknown key; allowed: response_percent" in errors


def test_without_the_package_nobody_knows_it(protocol: Path, tmp_path: Path) -> None:
    code, errors, _ = respond(tmp_path, "--criteria", "extent", site=str(ROOT))
    assert code == 2
    assert "criterion: found 'extent'; allowed: " in errors
    code, errors, _ = respond(tmp_path, "--protocol", protocol, site=str(ROOT))
    assert code == 2
    assert "criteria.extent: found an unknown key; allowed: primary, lipiodol" in errors


def test_two_packages_with_one_name_are_both_named(package: Package, tmp_path: Path) -> None:
    other = added_criterion.write(tmp_path / "other", "other-extent", "other_extent")
    code, errors, found = respond(tmp_path, site=search_path(package.folder, other.folder))
    assert (code, found) == (2, [])
    assert "found the name 'extent' twice, in hepatrack-extent: extent:CRITERION and in other-extent:" in errors


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("CRITERION = ", 'raise RuntimeError("no license")\nCRITERION = ', "RuntimeError: no license"),
        ('name="extent"', 'name="Extent 1"', "ValueError: criterion: found the name 'Extent 1'; allowed: up to 16"),
        ("CRITERION = ", "OTHER = ", "AttributeError: module 'extent' has no attribute 'CRITERION'"),
        ("CRITERION = ", "if if\nCRITERION = ", "SyntaxError: invalid syntax"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_named(tmp_path: Path, old: str, new: str, reason: str) -> None:
    broken = added_criterion.write(tmp_path / "site")
    module = broken.folder / "extent.py"
    module.write_text(module.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    code, errors, found = respond(tmp_path, site=search_path(broken.folder))
    assert (code, found) == (2, [])
    assert f"hepatrack-extent: extent:CRITERION: cannot be loaded ({reason}" in errors
    assert errors.count("\n") == 1


def test_its_code_counts_though_its_version_stays(package: Package, tmp_path: Path) -> None:
    other = added_criterion.write(tmp_path / "site")
    module = other.folder / "extent.py"
    module.write_text(module.read_text(encoding="utf-8").replace("= 10", "= 15"), encoding="utf-8")
    shown = "from pipeline.procedures.study_folder import code_version; print(code_version())"
    hashes = {python(each, "-c", shown).stdout for each in (package, package, other)}
    assert len(hashes) == 2
