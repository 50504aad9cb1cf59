"""The built-in networks: files as checked, what they answer, what is said when something is missing."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.engines import onnx_network, segmentation, shipped
from pipeline.model.engine import SegmentationEngine
from pipeline.model.errors import EngineError
from pipeline.segment.network import frame, lesions, tiles
from pipeline.segment.network.frame import Frame, Side
from pipeline.volume.arrays import Window

runtime = pytest.mark.skipif(importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed")
Images = NDArray[np.float32]


@pytest.mark.parametrize("weights", [shipped.LIVER, shipped.LESIONS], ids=["liver", "lesions"])
def test_the_files_are_those_that_were_checked_and_small(weights: shipped.Weights) -> None:
    assert len(weights.content()) <= 8_000_000


def test_license_notice_and_model_card_lie_beside_the_files() -> None:
    folder = shipped.LIVER.path.parent
    assert "Apache License" in (folder / "LICENSE").read_text()
    notice, card = (folder / "NOTICE").read_text(), (folder / "MODEL_CARD.md").read_text()
    assert "Changes made by hepatrack" in notice
    assert "The package does not state it" in card


def test_the_identity_holds_runtime_and_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "installed", lambda: "9.9")
    identity = shipped.identity()
    assert "onnxruntime 9.9" in identity
    assert shipped.LIVER.sha256 in identity
    assert shipped.LESIONS.sha256 in identity
    monkeypatch.setattr(shipped, "installed", lambda: None)
    assert shipped.identity() != identity


def test_altered_and_missing_weights_are_refused(tmp_path: Path) -> None:
    altered = tmp_path / "liver.onnx"
    altered.write_bytes(b"other")
    with pytest.raises(EngineError, match=f"expected {shipped.LIVER.sha256[:4]}"):
        replace(shipped.LIVER, path=altered).content()
    with pytest.raises(EngineError, match=r"absent\.onnx: No such file"):
        replace(shipped.LIVER, path=tmp_path / "absent.onnx").content()


def test_a_missing_runtime_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "installed", lambda: None)
    with pytest.raises(EngineError, match="not installed"):
        onnx_network.load(shipped.LIVER)


def test_every_engine_fulfills_the_door() -> None:
    for engine in segmentation.ENGINES.values():
        door: SegmentationEngine = engine
        assert door.identity()
    assert segmentation.DEFAULT in segmentation.ENGINES


@runtime
def test_a_file_that_is_no_network_is_an_engine_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped.Weights, "content", lambda _self: b"no network")
    with pytest.raises(EngineError, match="cannot load"):
        onnx_network.load(shipped.LIVER)


def _padded_body() -> tuple[Images, Window]:
    """Smooth seeded tissue of 24 x 36 x 36 voxels in the middle of 81 x 108 x 108 of water; where it lies."""
    tissue = ndimage.gaussian_filter(np.random.default_rng(3).normal(0, 1, (24, 36, 36)), 3)
    whole = np.zeros((81, 108, 108), dtype=np.float32)
    at = (slice(27, 51), slice(36, 72), slice(36, 72))
    whole[at] = np.clip(tissue / np.abs(tissue).max(), -0.5, 0.5)
    return whole, at


@runtime
def test_the_frame_hardly_changes_what_the_network_answers() -> None:
    """A sixth of the voxels, the same averages: without the frame the answer would be another."""
    whole, at = _padded_body()
    sides = tuple(
        Side(n, part.start - frame.RIM, part.stop - part.start + 2 * frame.RIM)
        for n, part in zip(whole.shape, at, strict=True)
    )
    part = tuple(slice(side.start, side.start + side.size) for side in sides)
    network = onnx_network.load(shipped.LIVER, 1)
    ends = [Side(n, 0, n) for n in whole.shape]
    expected = network({"image": whole[None, None], **Frame((ends[0], ends[1], ends[2])).inputs()})
    framed = Frame((sides[0], sides[1], sides[2]))
    inputs = {"image": np.ascontiguousarray(whole[part])[None, None], **framed.inputs()}
    answered = tuple(slice(each.start + each.inner[0] - 13, each.start + each.inner[1] - 13) for each in sides)
    assert np.abs(network(inputs) - expected[answered]).mean() < 0.025
    cut = [Side(each.size // 27 * 27, 0, each.size // 27 * 27) for each in sides]
    alone = tuple(slice(part.start, part.start + each.size) for part, each in zip(at, cut, strict=True))
    without = network({"image": whole[alone][None, None], **Frame((cut[0], cut[1], cut[2])).inputs()})
    assert np.abs(without - expected[tuple(slice(each.start, each.stop - 26) for each in alone)]).mean() > 0.05


@runtime
def test_one_and_two_threads_answer_the_same() -> None:
    whole, _ = _padded_body()
    small = whole[13:67, 27:81, 27:81]
    inputs = {"image": small[None, None], **Frame((Side(54, 0, 54), Side(54, 0, 54), Side(54, 0, 54))).inputs()}
    one, two = (onnx_network.load(shipped.LIVER, threads)(inputs) for threads in (1, 2))
    assert np.array_equal(one > 0.5, two > 0.5)
    assert np.abs(one - two).max() < 1e-4


@runtime
def test_padding_that_is_counted_gives_the_answer_of_padding_that_is_computed() -> None:
    """The lesion network on seeded tissue of 10 x 20 x 20 voxels: the frame of a convolution that narrows is exact."""
    tissue = ndimage.gaussian_filter(np.random.default_rng(4).normal(0, 3, (10, 20, 20)), 2).clip(-0.5, 0.5)
    (cut,) = tiles.pieces(np.ones(tissue.shape, dtype=bool))
    uncut = replace(cut, cuts=((0, 0), (0, 0), (0, 0)))
    network = onnx_network.load(shipped.LESIONS, 1)
    part, whole = (
        network({"image": lesions.given(tissue.astype(np.float32), each.asked)[None, None], **each.inputs()})
        for each in (cut, uncut)
    )
    assert part.shape == whole.shape == (10, 20, 20)
    assert np.abs(part - whole).max() < 1e-3
    assert np.ptp(whole) > 1e-4


@runtime
def test_an_array_of_another_shape_is_an_engine_error() -> None:
    with pytest.raises(EngineError, match="liver network failed"):
        onnx_network.load(shipped.LIVER, 1)({"image": np.zeros((1, 1, 5), np.float32)})
