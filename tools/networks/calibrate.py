"""See over which ranges the arrays before and behind convolutions extend, for eight_bits.py; prints JSON.

    python tools/networks/calibrate.py liver FLOAT.onnx asked.npz ... > seen.json

FLOAT.onnx is a file that convert.py --floats writes, each asked.npz what that network is asked about an image
(inputs.py). ranges.json holds what was seen of CRLM-CT-1004, HCC_015 arterial and HCC_007 before, portal venous.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from eight_bits import Tail
from numpy.typing import NDArray
from onnx import TensorProto, helper

IN_PLACE = {"liver": ("conv_60", "conv_186"), "lesions": ("conv_66", "conv_202", "conv_242")}
"""Convolutions with most work that are put into 8 bits one by one, by the name of their result."""
CUT = 1e-4
"""Share of voxels beyond the range of a convolution, at each end."""
EVERY = (slice(None), slice(None, None, 2), slice(None, None, 3), slice(None, None, 3))
"""Which voxels are looked at: (channel, slice, row, column)."""


def main() -> None:
    """Print the widest ranges over all images, in numbers of four digits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=sorted(IN_PLACE))
    parser.add_argument("model", type=Path)
    parser.add_argument("asked", type=Path, nargs="+")
    given = parser.parse_args()
    model = onnx.load(given.model)
    tail = Tail(model)
    pairs = {name: (tail.made_by(name).input[0], name) for name in IN_PLACE[given.network]}
    if given.network == "liver":
        end = tail.before("probability", "Conv")
        second = tail.before(end.input[0], "Conv")
        first = tail.before(second.input[0], "Conv")
        pairs |= {"first": (first.input[0], first.output[0]), "second": (second.input[0], second.output[0])}
    names = sorted({name for pair in pairs.values() for name in pair})
    for name in names:
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(model.SerializeToString())
    seen: dict[str, list[NDArray[np.float32]]] = {name: [] for name in names}
    for path in given.asked:
        for name, values in zip(names, session.run(names, dict(np.load(path))), strict=True):
            channels = values[0][EVERY]
            seen[name].append(np.quantile(channels.reshape(len(channels), -1), [CUT, 1 - CUT, 1], axis=1))
    ranges: dict[str, Any] = {name: _pair(seen, *pair) for name, pair in pairs.items()}
    out: dict[str, Any] = {"in place": {name: ranges[name] for name in IN_PLACE[given.network]}}
    if given.network == "liver":
        out |= {"joined": ranges["first"][0], "between": ranges["second"][0]}
        out |= {name: ranges[name][1] for name in ("first", "second")}
    json.dump(out, sys.stdout)


def _pair(seen: dict[str, list[NDArray[np.float32]]], before: str, behind: str) -> list[Any]:
    """The largest values of what goes into a convolution, and the range of what comes out."""
    most = np.max([ends[2] for ends in seen[before]], axis=0)
    low, high = np.min([ends[0] for ends in seen[behind]], axis=0), np.max([ends[1] for ends in seen[behind]], axis=0)
    return [_short(most), [_short(low), _short(high)]]


def _short(values: NDArray[np.float32]) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


if __name__ == "__main__":
    main()
