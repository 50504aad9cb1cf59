"""Compare the ONNX files with the Keras models voxel by voxel, on what inputs.py kept of real images.

    python tools/networks/check.py pyliverlesionseg-0.3-py3-none-any.whl pipeline/engines/weights inputs.npz ...

For each network: largest and mean difference of the probabilities, and Dice of what lies above one half, to the Keras
model as it is, and to it with means over the voxels in double precision (keras_model.load says why); the latter has to
pass: files in floats by EXACT, those that work in 8 bits by NEAR. For the liver network also what its frame changes,
within the part that the frame answers for.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import keras_model
import numpy as np
import onnx
import onnxruntime
from eight_bits import MICROSOFT
from numpy.typing import NDArray

LOST = 13
"""Voxels at each end of an axis that the liver network gives no answer for."""
EXACT, NEAR = (0.05, 0.0001, 0.997), (0.25, 0.005, 0.99)
"""Largest and mean difference of probabilities, and the least Dice, that pass: in floats, in 8 bits."""

Floats = NDArray[np.float32]


def main() -> int:
    """Print a line for each network and image; exit code 1 where one does not pass."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("inputs", type=Path, nargs="+")
    given = parser.parse_args()
    single, double = (
        {trained.name: keras_model.load(given.wheel, trained, in_double=precise) for trained in keras_model.NETWORKS}
        for precise in (False, True)
    )
    sessions = {name: onnxruntime.InferenceSession(str(given.weights / f"{name}.onnx")) for name in single}
    limits = {name: _limits(given.weights / f"{name}.onnx") for name in single}
    passed = True
    for path in given.inputs:
        kept = dict(np.load(path))
        body, piece = kept["body"], kept["piece"]
        whole = _answer(sessions["liver"], body, kept, "whole")
        _told(path.stem, "liver, Keras as it is", _original(single["liver"], body), whole)
        passed &= _within(limits["liver"], _told(path.stem, "liver", _original(double["liver"], body), whole))
        part = tuple(slice(*ends) for ends in kept["part"])
        answered = tuple(slice(start - LOST, end - LOST) for start, end in kept["answered"])
        framed = _answer(sessions["liver"], np.ascontiguousarray(body[part]), kept, "framed")
        _told(path.stem, "liver, framed", whole[answered], framed)
        lesions = _answer(sessions["lesions"], piece, kept, "piece")
        _told(path.stem, "lesions, Keras as it is", _original(single["lesions"], piece), lesions)
        found = _told(path.stem, "lesions", _original(double["lesions"], piece), lesions)
        passed &= _within(limits["lesions"], found)
    return 0 if passed else 1


def _original(model: Any, array: Floats) -> Floats:
    """What the Keras model answers: it takes (x, y, slice) with x and y turned around."""
    turned = array.transpose(2, 1, 0)[::-1, ::-1]
    answer: Floats = model.predict(turned[None, ..., None], verbose=0)[0, ..., 0]
    return answer[::-1, ::-1].transpose(2, 1, 0)


def _answer(session: Any, array: Floats, kept: dict[str, Any], frame: str) -> Floats:
    told = {name.removeprefix(f"{frame}_"): values for name, values in kept.items() if name.startswith(f"{frame}_")}
    answer: Floats = session.run(None, {"image": array[None, None], **told})[0][0, 0]
    return answer


def _limits(path: Path) -> tuple[float, float, float]:
    return NEAR if any(each.domain == MICROSOFT for each in onnx.load(path).opset_import) else EXACT


def _within(limits: tuple[float, float, float], found: tuple[float, float, float]) -> bool:
    most, mean, dice = limits
    return found[0] <= most and found[1] <= mean and found[2] >= dice


def _told(image: str, network: str, one: Floats, other: Floats) -> tuple[float, float, float]:
    away = np.abs(one - other)
    a, b = one > 0.5, other > 0.5
    dice = 2 * np.count_nonzero(a & b) / max(np.count_nonzero(a) + np.count_nonzero(b), 1) if a.any() or b.any() else 1
    print(f"{image} {network}: largest {away.max():.5f}, mean {away.mean():.7f}, Dice {dice:.5f}, voxels {a.sum()}")
    return float(away.max()), float(away.mean()), float(dice)


if __name__ == "__main__":
    sys.exit(main())
