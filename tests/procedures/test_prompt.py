import json
from pathlib import Path

import pytest

from pipeline.measure import diameters
from pipeline.model.errors import InputError
from pipeline.model.lesion import Axis
from pipeline.model.prompt import BoxPrompt, PointPrompt
from pipeline.procedures import prompt as prompting
from pipeline.store import nifti
from tests.builders import command, nifti_image
from tests.builders.liver_block import Ellipsoid, block

LESION = Ellipsoid((112.0, 48.0, 62.0), (15.0, 11.0, 13.0), 20)


def test_numbers_become_marks() -> None:
    assert prompting.read("1,2,3,4,5,6.5", "", "") == Axis((1.0, 2.0, 3.0), (4.0, 5.0, 6.5))
    assert prompting.read("", "-1,2,3", "") == PointPrompt((-1.0, 2.0, 3.0))
    assert prompting.read("", "", "4,2,3,1,5,6") == BoxPrompt((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))


@pytest.mark.parametrize(
    ("axis", "point", "message"),
    [
        ("", "", "none; expected one of"),
        ("1,2,3,4,5,6", "1,2,3", "--axis and --point; expected one of"),
        ("1,2,3", "", "--axis 1,2,3: expected 6 numbers"),
        ("", "1,2,c", "--point 1,2,c: expected 3 numbers"),
    ],
)
def test_marks_that_are_none_are_refused(axis: str, point: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        prompting.read(axis, point, "")


def test_a_command_outlines_the_lesion_at_an_axis(tmp_path: Path) -> None:
    made = block((LESION,))
    drawn = diameters.measure(made.lesions.mask("T01"))
    assert drawn is not None
    nifti_image.write(made.image, tmp_path / "image.nii.gz")
    axis = ",".join(f"{number:.2f}" for number in (*drawn.long.start, *drawn.long.end))
    out = tmp_path / "lesion.nii.gz"
    done = command.hepatrack(
        "segment", tmp_path / "image.nii.gz", "--what", "lesion", "--axis", axis, "--out", out, "--json"
    )
    assert done.code == 0, done.err
    facts = json.loads(done.out)
    assert facts["long_axis_mm"] == pytest.approx(LESION.long_mm, abs=3)
    assert facts["volume_ml"] == pytest.approx(nifti.read_mask(out).array.astype(bool).sum() * 0.016, abs=0.01)


def test_a_mark_beside_the_image_is_refused(tmp_path: Path) -> None:
    made = block((LESION,))
    nifti_image.write(made.image, tmp_path / "image.nii.gz")
    with pytest.raises(InputError, match="no lesion there"):
        prompting.segment(
            tmp_path / "image.nii.gz", tmp_path / "out.nii.gz", PointPrompt((900.0, 0.0, 0.0)), liver_mask=None
        )
    assert not (tmp_path / "out.nii.gz").exists()
