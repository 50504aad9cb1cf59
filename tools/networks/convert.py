"""Turn the networks of the pyliverlesionseg 0.3 wheel into ONNX files with weights in half precision.

    pip download --no-deps --python-version 3.6 --only-binary=:all: pyliverlesionseg==0.3
    python tools/networks/convert.py pyliverlesionseg-0.3-py3-none-any.whl pipeline/engines/weights

The same wheel gives the same bytes. Put the hashes it prints into pipeline/engines/shipped.py.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import keras_model
import onnx_graph

WHEEL_SHA256 = "ffe1576aefff5922ea8d1cfa2c50864cda97798798559542b9517689fd290cb8"
"""The wheel on PyPI whose weights were checked."""
LARGEST_BYTES = 8_000_000
"""Bytes a file may have."""


def main() -> int:
    """Write a file for each network and print its hash."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
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
        content = model.SerializeToString(deterministic=True)
        if len(content) > LARGEST_BYTES:
            sys.exit(f"{trained.name}: {len(content)} bytes; expected at most {LARGEST_BYTES}")
        (given.out / f"{trained.name}.onnx").write_bytes(content)
        print(f"{trained.name}.onnx {len(content)} bytes {hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
