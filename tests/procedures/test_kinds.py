"""Whole folders as scan and ingest see them: the wrong image is listed by name and never read."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.assess import plan
from pipeline.ingest import choice
from pipeline.model.catalog import Volume
from pipeline.model.errors import InputError
from pipeline.model.flags import Flag
from pipeline.model.image import Phase
from pipeline.model.image_kind import ImageKind
from pipeline.procedures import image_file, scan
from pipeline.procedures.propose import visits
from pipeline.procedures.values import SubjectInput
from tests.builders import dicom_series, trials
from tests.conftest import ROOT

K = ImageKind
CASES = ROOT.parent / "shared" / "cases" / "dicom"


def _plane(low: int = -1000, tissue: int = 60) -> NDArray[Any]:
    y, x = np.mgrid[:40, :40] - 19.5
    off = np.hypot(y, x)
    return np.where(off < 13, tissue, np.where(off < 15, tissue - 150, low)).astype(np.int16)


def _write(folder: Path, name: str, pixels: NDArray[Any], count: int = 12, offset: int = 0, **tags: Any) -> None:
    """One series, or one part of it, of `count` slices."""
    series = tags.pop("series", name)
    for number in range(1, count + 1):
        dicom_series.write_slice(
            folder / name / f"{number:03d}",
            number,
            pixels,
            SeriesInstanceUID=dicom_series.uid(series),
            SOPInstanceUID=dicom_series.uid(f"{name}/{number}"),
            InstanceNumber=offset + number,
            **tags,
        )


def _chosen(volumes: tuple[Volume, ...]) -> choice.Choice:
    protocol = trials.retnet()
    return choice.reference(volumes, plan.reference_phases(protocol), protocol.imaging)


def _kinds(volumes: tuple[Volume, ...]) -> dict[ImageKind, int]:
    kinds = [volume.kind.kind for volume in volumes]
    return {kind: kinds.count(kind) for kind in kinds}


def test_an_iodine_map_beside_plain_ct_in_one_study_and_in_one_series(tmp_path: Path) -> None:
    iodine = np.clip(_plane(), 0, 60).astype(np.int16)
    for together in (False, True):
        folder = tmp_path / str(together)
        series = "one" if together else "ct"
        _write(folder, "ct", _plane(), series=series, SeriesDescription="portal venous", SeriesNumber=3)
        _write(
            folder, "map", iodine, 20, 100, series="one" if together else "map", SeriesDescription="portal venous",
            SeriesNumber=3 if together else 4, RescaleType="MGML", ImageType=["DERIVED", "PRIMARY", "AXIAL"],
        )  # fmt: skip
        volumes = scan.scan([folder]).volumes
        assert _kinds(volumes) == {K.ANATOMICAL: 1, K.MATERIAL: 1}
        chosen = _chosen(volumes)
        assert chosen.volume is not None
        assert (chosen.volume.kind.kind, chosen.flags) == (K.ANATOMICAL, ())


def test_an_iodine_map_that_no_tag_names_is_doubted_for_its_numbers(tmp_path: Path) -> None:
    _write(tmp_path, "map", np.clip(_plane(), 0, 60).astype(np.int16), SeriesDescription="portal venous")
    (volume,) = scan.scan([tmp_path]).volumes
    assert (Flag.CT_NUMBERS_UNKNOWN in volume.flags, volume.phase.phase) == (True, Phase.UNKNOWN)
    assert _chosen((volume,)).volume is None


@pytest.mark.parametrize(("energies", "expected"), [((40, 70, 190), "70 keV"), ((40, 190), None)])
def test_of_monoenergetic_series_the_one_like_120_kvp_stands_in(
    tmp_path: Path, energies: tuple[int, ...], expected: str | None
) -> None:
    for number, energy in enumerate(energies, start=4):
        description = f"Mono portal venous {energy} keV"
        _write(tmp_path, str(energy), _plane(), 12 + energy % 50, SeriesDescription=description, SeriesNumber=number)
    chosen = _chosen(scan.scan([tmp_path]).volumes)
    assert (chosen.volume.kind.evidence if chosen.volume else None) == expected
    assert (Flag.SUBSTITUTE_KIND in chosen.flags) == (expected is not None)


def test_a_mip_and_a_subtraction_called_derived_only_are_not_measured(tmp_path: Path) -> None:
    derived = ["DERIVED", "SECONDARY"]
    _write(tmp_path, "mip", _plane(), 30, SeriesDescription="MIP 10 mm portal", ImageType=derived, SliceThickness="10")
    _write(tmp_path, "sub", _plane(), 30, SeriesDescription="SUB portal", ImageType=derived, SeriesNumber=6)
    volumes = scan.scan([tmp_path]).volumes
    assert _kinds(volumes) == {K.PROJECTION: 1, K.SUBTRACTION: 1}
    assert _chosen(volumes).volume is None


def test_a_visit_without_a_fit_image_says_what_it_holds(tmp_path: Path) -> None:
    _write(tmp_path, "map", _plane(), RescaleType="Z_EFF")
    (volume,) = scan.scan([tmp_path], headers_only=True).volumes
    (item,) = visits.name_visits(SubjectInput("S-001", (volume,), ""), (), trials.retnet())
    assert item.reference is None
    why = visits.why_unreadable(item.visit, (), (volume,))
    assert why == f"volume {volume.id} is not measured: effective atomic number [RescaleType Z_EFF]"


def test_one_image_of_an_unfit_kind_or_unit_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "1", "map", _plane(), RescaleType="Z_EFF")
    _write(tmp_path / "2", "raw", _plane() + 1024)
    with pytest.raises(InputError, match=r"effective atomic number .*NOT_MEASURABLE_KIND"):
        image_file.load(tmp_path / "1")
    with pytest.raises(InputError, match="CT_NUMBERS_UNKNOWN"):
        image_file.load(tmp_path / "2")


def _case(name: str, out: Path) -> tuple[Volume, ...]:
    script = CASES / f"{name}.py"
    if not script.is_file():
        pytest.skip(f"{script} is not here")
    subprocess.run([sys.executable, str(script), str(out)], check=True, capture_output=True)
    return scan.scan([out]).volumes


def test_the_reference_of_an_mr_exam_is_the_water_image(tmp_path: Path) -> None:
    volumes = _case("fail_09_mr_exam_dixon", tmp_path)
    chosen = _chosen(volumes)
    assert chosen.volume is not None
    assert (chosen.volume.kind.kind, chosen.flags) == (K.WATER, ())
    assert sum(Flag.NOT_MEASURABLE_KIND in volume.flags for volume in volumes) == len(volumes) - 2


def test_ct_without_rescale_tags_has_no_phase_and_is_no_reference(tmp_path: Path) -> None:
    (volume,) = _case("fail_11_ct_without_rescale", tmp_path)
    assert (Flag.CT_NUMBERS_UNKNOWN in volume.flags, volume.phase.phase) == (True, Phase.UNKNOWN)
    assert _chosen((volume,)).volume is None
