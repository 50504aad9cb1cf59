"""One series, one volume: what is wrong with it, or with us, takes out that one by name and leaves the others alike."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import RLELossless
from typer.testing import CliRunner

from flows.cli import app
from pipeline.ingest import calibration, grouping
from pipeline.model.catalog import FileStatus, SliceHeader, Volume
from pipeline.model.errors import EngineError
from pipeline.model.flags import Flag
from pipeline.phase import classify, organs
from pipeline.procedures import scan
from pipeline.procedures.isolate import TakenOut, attempt, together
from pipeline.store import dicom
from tests.builders import dicom_series

FAULTY = 9
"""Number of the series that meets the planted fault."""
SIZE = 7
"""Edge in pixels of its images, by which an image without headers is told."""

SERIES, VOLUME = "series 1.2.9", "volume S-001_2024-03-05_s9_a1"


@dataclass(frozen=True)
class Planted:
    """A place of our code, and whether what it is given is of the faulty series."""

    module: Any
    name: str
    concerns: Callable[[Any], bool]

    def plant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the place raise what no one foresees."""
        sound = getattr(self.module, self.name)

        def planted(*args: Any) -> Any:
            if any(self.concerns(each) for each in args):
                raise KeyError("planted^Jane")
            return sound(*args)

        monkeypatch.setattr(self.module, self.name, planted)


def _headers(given: Any) -> bool:
    return isinstance(given, list) and any(item.series_number == FAULTY for item in given)


def _image(given: Any) -> bool:
    return bool(given.array.shape[1] == SIZE)


def _volume(given: Any) -> bool:
    return isinstance(given, Volume) and given.slices[0].series_number == FAULTY


def _items(given: Any) -> bool:
    return any(_volume(volume) for volume, _ in given)


GROUPING = Planted(grouping, "split_slices", _headers)
TAGS = Planted(classify, "from_tags", _volume)
DECODING = Planted(dicom, "load_volume", _volume)
CALIBRATION = Planted(calibration, "flags", _image)
ORGANS = Planted(organs, "features", _image)
PHASES = Planted(classify, "phases", _items)


@pytest.fixture(scope="module")
def two_series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sound series and one that meets what is planted."""
    folder = tmp_path_factory.mktemp("series")
    dicom_series.write_series(folder / "sound", 6)
    for number in range(1, 7):
        pixels = np.full((SIZE, SIZE), number, dtype=np.int16)
        tags = {"SeriesInstanceUID": "1.2.9", "SeriesNumber": FAULTY}
        dicom_series.write_slice(folder / "faulty" / str(number), number, pixels, **tags)
    return folder


@pytest.fixture(scope="module")
def before(two_series: Path) -> dict[bool, scan.Scan]:
    """What the folder holds without a fault, by headers_only."""
    return {headers_only: scan.scan([two_series], headers_only) for headers_only in (True, False)}


@pytest.mark.parametrize(
    ("place", "headers_only", "met_by"),
    [
        (GROUPING, True, SERIES),
        (GROUPING, False, SERIES),
        (TAGS, True, SERIES),
        (TAGS, False, VOLUME),
        (DECODING, False, VOLUME),
        (CALIBRATION, False, VOLUME),
        (ORGANS, False, VOLUME),
        (PHASES, False, VOLUME),
    ],
)
def test_a_planted_fault_takes_out_its_own_alone(
    two_series: Path,
    before: dict[bool, scan.Scan],
    monkeypatch: pytest.MonkeyPatch,
    place: Planted,
    headers_only: bool,
    met_by: str,
) -> None:
    place.plant(monkeypatch)
    result, sound = scan.scan([two_series], headers_only), before[headers_only]
    kept = [entry for entry in sound.files if entry.path.startswith("sound")]
    assert [entry for entry in result.files if entry.path.startswith("sound")] == kept
    assert result.volumes == tuple(v for v in sound.volumes if v.slices[0].series_number != FAULTY)
    faulty = [entry for entry in result.files if entry.path.startswith("faulty")]
    assert {entry.status for entry in faulty} == {FileStatus.INTERNAL}
    (reason,) = {entry.reason for entry in faulty}
    assert reason.startswith("INTERNAL: KeyError (test_boundaries.py, line ")
    assert reason.endswith(f"a fault of hepatrack; met by {met_by}")
    assert "planted^Jane" in faulty[0].trace


def test_a_fault_of_many_slices_is_told_once_and_names_no_one(
    two_series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ORGANS.plant(monkeypatch)
    done = CliRunner().invoke(app, ["scan", str(two_series)])
    assert done.exit_code == 1
    assert "6 internal: INTERNAL: KeyError" in done.stdout
    assert done.stderr.count("Traceback") == 1
    assert "Jane" not in done.output
    assert str(two_series) not in done.output


def test_slices_that_cannot_be_decoded_are_named_and_the_others_are_kept(tmp_path: Path) -> None:
    paths = dicom_series.write_series(tmp_path, 7)
    dataset = dcmread(paths[2])
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.PixelData = encapsulate([bytes(64) + b"\x05"])
    dataset.save_as(paths[2])
    result = scan.scan([tmp_path])
    (volume,) = result.volumes
    assert len(volume.slices) == 6
    assert {Flag.TRUNCATED, Flag.GAP} <= set(volume.flags)
    (entry,) = [entry for entry in result.files if entry.status is not FileStatus.USED]
    assert (entry.path, entry.status) == (paths[2].name, FileStatus.UNREADABLE)
    assert entry.reason == "pixel data (RLE Lossless) cannot be decoded. Copy the file again."


@pytest.mark.parametrize("pixels", [np.zeros((1, 1)), np.zeros((2, 3)), np.full((8, 10), -1024), np.full((64, 64), 7)])
def test_small_and_blank_pictures_are_volumes_of_unknown_phase(tmp_path: Path, pixels: np.ndarray) -> None:
    for number in range(1, 7):
        dicom_series.write_slice(tmp_path / f"{number}", number, pixels.astype(np.int16))
    result = scan.scan([tmp_path])
    assert len(result.volumes) == 1
    assert {entry.status for entry in result.files} == {FileStatus.USED}


def _no_seven(parts: Any) -> int:
    if 7 in parts or sum(parts) > 100:
        raise ZeroDivisionError
    return sum(parts)


def test_parts_that_meet_a_fault_alone_are_taken_out() -> None:
    made, taken = together(_no_seven, {"one": 1, "seven": 7, "two": 2, "again": 7})
    assert made == 3
    assert sorted(taken) == ["again", "seven"]
    assert taken["seven"].reason.endswith("met by seven")


def test_where_no_part_meets_a_fault_alone_all_are_taken_out() -> None:
    made, taken = together(_no_seven, {"first": 60, "second": 60})
    assert made is None
    assert [fault.reason.partition("met by ")[2] for fault in taken.values()] == ["first together with 1 more"] * 2


@pytest.mark.parametrize("error", [EngineError("no worker starts"), OSError(28, "No space left on device")])
def test_what_is_wrong_with_the_machine_is_no_fault_of_a_volume(error: Exception) -> None:
    def work(_header: SliceHeader) -> TakenOut:
        raise error

    with pytest.raises(type(error)):
        attempt("volume x", work, dicom_series.header())
