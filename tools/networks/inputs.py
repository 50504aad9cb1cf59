"""Keep what the networks are asked about an image, for check.py and calibrate.py; run it in hepatrack's environment.

    python tools/networks/inputs.py IMAGE LIVER inputs.npz

IMAGE is a NIfTI file or a DICOM folder with one volume, LIVER a mask on its grid. Beside inputs.npz, for check.py,
inputs_liver.npz and inputs_lesions.npz hold what each network is really asked, for calibrate.py.
"""

import argparse
from pathlib import Path

import numpy as np

from pipeline.procedures import image_file
from pipeline.segment.network import intensity, lesions, liver, tiles
from pipeline.segment.network.frame import Frame, Side

TILE = (86, 172, 180)
"""Voxels along (slices, rows, columns) of the lesion network's own input."""


def main() -> None:
    """Write the padded body, its frames, and the piece of the liver around its middle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("image", "liver", "out"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    image = image_file.load(given.image).image
    mask = image_file.load_mask(given.liver, image)
    prepared = liver.prepare(image)
    blanked = lesions.prepare(image, mask) if mask is not None else None
    if prepared is None or blanked is None:
        raise SystemExit(f"{given.image.name}: no body, or no liver in it")
    sides = prepared.frame.sides
    part = tuple(slice(side.start, side.start + side.size) for side in sides)
    body = np.full([side.whole for side in sides], intensity.around(image.modality), dtype=np.float32)
    body[part] = prepared.array
    whole = Frame((Side(sides[0].whole, 0, sides[0].whole), *(Side(side.whole, 0, side.whole) for side in sides[1:])))
    answered = [(side.start + side.inner[0], side.start + side.inner[1]) for side in sides]
    starts = [(n - size) // 2 for n, size in zip(blanked.array.shape, TILE, strict=True)]
    window = tuple(slice(start, start + size) for start, size in zip(starts, TILE, strict=True))
    answer = tuple(
        slice(side.start + lost // 2, side.stop - lost // 2) for side, lost in zip(window, tiles.LOST, strict=True)
    )
    piece = tiles.Piece(answer, answer, ((0, 0), (0, 0), (0, 0)))
    np.savez_compressed(
        given.out.with_stem(f"{given.out.stem}_liver"),
        image=prepared.array[None, None],
        **prepared.frame.inputs(),
    )
    asked = next(tiles.pieces(blanked.grown))
    np.savez_compressed(
        given.out.with_stem(f"{given.out.stem}_lesions"),
        image=lesions.given(blanked.array, asked.asked)[None, None],
        **asked.inputs(),
    )
    np.savez_compressed(
        given.out,
        body=body,
        part=np.array([(side.start, side.start + side.size) for side in sides]),
        answered=np.array(answered),
        piece=lesions.given(blanked.array, window),
        **{f"piece_{name}": values for name, values in piece.inputs().items()},
        **{f"whole_{name}": values for name, values in whole.inputs().items()},
        **{f"framed_{name}": values for name, values in prepared.frame.inputs().items()},
    )


if __name__ == "__main__":
    main()
