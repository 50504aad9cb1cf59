"""The rebuilt cases of ../shared/cases beside dcm2niix: equal geometry and voxels, or a difference with its reason."""

import runpy
import sys
from pathlib import Path

import pytest

from tests.builders import peer

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "dicom"

pytestmark = [
    pytest.mark.image,
    pytest.mark.skipif(peer.DCM2NIIX is None, reason="dcm2niix is not installed; install the extra dev"),
    pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases of images are not at {CASES}"),
]

DIFFERENT: dict[str, tuple[list[str], str]] = {
    "fail_01_jpegls_stream_smaller_than_header": (
        ["ours 64x64x19", "theirs 64x64x20"],
        "a slice whose stream is smaller than its header is refused; dcm2niix takes it all the same",
    ),
    "fail_04_iop_all_zero": (["theirs 64x64x3"], "no orientation is no image; dcm2niix makes one up"),
    "fail_07_odd_length_rows": (["theirs 64x64x1"], "a damaged header is refused; dcm2niix guesses the rows"),
    "fail_09_mr_exam_dixon": (["theirs 64x64x1", "theirs 64x64x20"], "a color picture and a PET are no CT or MR"),
    "fail_21_nan_beside_sound_series": (
        ["ours 64x64x19", "theirs 64x64x20"],
        "a slice whose slope is no number is refused; dcm2niix takes the slope of its neighbors",
    ),
    "pass_3_j2k_unsigned_stream_signed_header": (
        ["ours 64x64x20: values differ by up to 8192", "theirs 64x64x20"],
        "signed pixels in an unsigned stream: air is -1000 in hepatrack",
    ),
    "unclear_30_packed_12_bit": (["theirs 64x64x20"], "packed 12-bit pixels are refused by that name"),
}
"""By case: the images without an equal, and why that is so."""


@pytest.mark.parametrize("script", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")  # the scripts write invalid values on purpose
def test_geometry_and_voxels_equal(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(script), str(tmp_path / "in")])
    runpy.run_path(str(script), run_name="__main__")
    lines = peer.unmatched(peer.ours(tmp_path / "in"), peer.theirs(tmp_path / "in", tmp_path / "out"))
    assert lines == DIFFERENT.get(script.stem, ([], ""))[0]
