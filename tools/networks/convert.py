"""Turn the networks of the pyliverlesionseg 0.3 wheel into ONNX files: weights in half precision, most work in 8 bits.

    pip download --no-deps --python-version 3.6 --only-binary=:all: pyliverlesionseg==0.3
    python tools/networks/convert.py pyliverlesionseg-0.3-py3-none-any.whl pipeline/engines/weights

--floats leaves everything in floats, for calibrate.py.
The same wheel and ranges.json give the same bytes. Put the hashes it prints into pipeline/engines/shipped.py.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import eight_bits
import keras_model
import onnx_graph
from onnx import helper

WHEEL_SHA256 = "ffe1576aefff5922ea8d1cfa2c50864cda97798798559542b9517689fd290cb8"
"""The wheel on PyPI whose weights were checked."""
RANGES = Path(__file__).with_name("ranges.json")
"""What calibrate.py saw, for the networks that work in 8 bits."""
LARGEST_BYTES = 8_000_000
"""Bytes a file may have."""


def main() -> int:
    """Write a file for each network and print its hash."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--floats", action="store_true")
    given = parser.parse_args()
    ranges = {} if given.floats else json.loads(RANGES.read_text())
    digest = hashlib.sha256(given.wheel.read_bytes()).hexdigest()
    if digest != WHEEL_SHA256:
        sys.exit(f"{given.wheel.name}: SHA-256 {digest}; expected {WHEEL_SHA256}")
    for trained in keras_model.NETWORKS:
        notes = {
            "source": f"pyliverlesionseg 0.3, {trained.weights}",
            "license": "Apache-2.0",
            "changes": "converted by hepatrack tools/networks; weights in half precision; axes along LPS",
        }
        model = onnx_graph.convert(
            keras_model.load(given.wheel, trained), trained.name, notes, padding=trained.arguments["padding"]
        )
        if trained.name in ranges:
            model = eight_bits.convert(model, ranges[trained.name])
            notes["changes"] += "; most work in 8 bits"
            helper.set_model_props(model, notes)
        content = model.SerializeToString(deterministic=True)
        if len(content) > LARGEST_BYTES:
            sys.exit(f"{trained.name}: {len(content)} bytes; expected at most {LARGEST_BYTES}")
        (given.out / f"{trained.name}.onnx").write_bytes(content)
        print(f"{trained.name}.onnx {len(content)} bytes {hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
