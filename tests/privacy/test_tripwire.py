"""The search for the marker sees it wherever an output could hold it."""

import base64
import gzip
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import image as pictures

from tests.builders.dicom_series import slice_dataset
from tests.builders.marked import MARKER, broken_files, marked_series, places, undecodable_series


def _png(**texts: str) -> bytes:
    made = io.BytesIO()
    pictures.imsave(made, np.zeros((2, 2)), metadata=texts)
    return made.getvalue()


def _zip(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return made.getvalue()


def _parquet() -> bytes:
    made = io.BytesIO()
    pd.DataFrame({"USUBJID": [f"{MARKER}{n % 3}" for n in range(99)]}).to_parquet(made, compression="zstd")
    return made.getvalue()


WORDS = (f"{MARKER} " * 30).encode()
LEAKS = {
    "csv": MARKER.encode(),
    "capitals": MARKER.upper().encode(),
    "json": json.dumps({"reason": f"{MARKER}: empty"}).encode(),
    "utf-16": MARKER.encode("utf-16"),
    "png text": _png(Comment=MARKER),
    "png packed": _png(Comment=f"{MARKER} " * 300),
    "html": b"<img src='data:image/png;base64," + base64.b64encode(_png(Comment=MARKER)) + b"'>",
    "gzip": gzip.compress(WORDS),
    "zip": _zip("x.csv", WORDS),
    "name in zip": _zip(f"{MARKER}.csv", b""),
    "zip in zip": _zip("y.zip", _zip("x.csv.gz", gzip.compress(WORDS))),
    "parquet": _parquet(),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_marker_is_seen(tmp_path: Path, leak: str):
    assert places(tmp_path) == []
    (tmp_path / "out").write_bytes(LEAKS[leak])
    assert places(tmp_path)


def test_a_marked_name_and_a_marked_dicom_file_are_seen(tmp_path: Path):
    (tmp_path / f"{MARKER}^Jane").mkdir()
    assert places(tmp_path) == [f"name: {tmp_path / f'{MARKER}^Jane'}"]
    slice_dataset(SeriesDescription=MARKER).save_as(tmp_path / "seg.dcm", enforce_file_format=True)
    assert len(places(tmp_path)) == 2


def test_what_is_clean_is_not_seen(tmp_path: Path):
    (tmp_path / "out.png").write_bytes(_png(Comment="lesion T01"))
    (tmp_path / "out.zip").write_bytes(_zip("x.csv", b"Zq,xmarker"))
    assert places(tmp_path) == []


def test_every_planted_file_carries_the_marker(tmp_path: Path):
    broken_files(tmp_path)
    marked_series(tmp_path / "series")
    undecodable_series(tmp_path / "packed")
    held = {place.partition(": ")[2] for place in places(tmp_path) if place.startswith("bytes")}
    files = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_symlink() and path.stat().st_size]
    assert held == {str(path) for path in files if not path.name.endswith("_cut.dcm")}
    (thickness,) = tmp_path.rglob("*_SliceThickness")
    assert f"{MARKER}   ".encode() in thickness.read_bytes()
