"""The command `measure` on files: rows with every length, volume and density that can be told."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.model.image import Image, Phase
from pipeline.procedures import image_file, measure
from pipeline.procedures.image_file import LoadedImage
from pipeline.store import nifti
from tests.builders import nifti_image
from tests.measure.lesion_scans import Scan

VIABLE = ("viable_axis_mm", "viable_short_axis_mm", "viable_volume_ml")


def _row(folder: Path, kind: str, *, arterial: bool = True) -> dict[str, Any]:
    image, lesion, liver = Scan(kind, 12.0, 0.8, core=0.55).render()
    nifti_image.write(image, folder / "image.nii.gz")
    nifti.write_mask(lesion, folder / "lesion.nii.gz")
    nifti.write_mask(liver, folder / "liver.nii.gz")
    path = folder / "image.nii.gz"
    (row,) = measure.measure(path, folder / "lesion.nii.gz", path if arterial else None, folder / "liver.nii.gz")
    return row


def test_the_rim_of_an_ellipsoid(tmp_path: Path):
    """A core of 0.55: lines beside it are sqrt(1 - 0.55 squared) of the whole, the volume 1 - 0.55 cubed."""
    row = _row(tmp_path, "rim")
    share = np.sqrt(1 - 0.55**2)
    assert row["viable_axis_mm"] == pytest.approx(24.0 * share, abs=1.0)
    assert row["viable_short_axis_mm"] == pytest.approx(0.8 * 24.0 * share, abs=1.0)
    assert row["viable_volume_ml"] == pytest.approx((1 - 0.55**3) * row["volume_ml"], rel=0.06)
    assert len(row["viable"]) == 2


def test_nothing_enhances_or_nothing_is_known(tmp_path: Path):
    dead = _row(tmp_path, "dead")
    assert [dead[key] for key in VIABLE] == [0.0, 0.0, 0.0]
    assert dead["viable"] is None
    alone = _row(tmp_path, "dead", arterial=False)
    assert [alone[key] for key in VIABLE] == [None, None, None]


def test_density_is_that_of_a_portal_venous_image_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = {}
    for phase in (Phase.PORTAL_VENOUS, Phase.ARTERIAL, Phase.UNKNOWN):
        image, _, _ = Scan("dead", 12.0, 0.8, core=0.55).render()
        loaded = LoadedImage(Image(image.array, image.grid), phase)
        monkeypatch.setattr(image_file, "load", lambda _, known=loaded: known)
        found[phase] = _row(tmp_path, "dead", arterial=False)["density_hu"]
    assert found == {Phase.PORTAL_VENOUS: pytest.approx(40.0, abs=1.5), Phase.ARTERIAL: None, Phase.UNKNOWN: None}
