"""Folders of mutated images, with what else lies in folders and a sound series beside it."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.builders import dicom_series
from tests.fuzz import dicom_bytes
from tests.fuzz.make import bombs
from tests.fuzz.make.seeds import Seeds
from tests.fuzz.read.files import SOUND_FOLDER

SOUND = 6
"""Slices of a sound series beside the mutated files, which must be read all the same."""
STEPS_MM = (1e-6, 0.001, 0.05, 2.5, 90.0, 500.0, 20_000.0)
"""mm between the slices of a series whose positions are set."""
BOMBS_MB = (20, 20, 20, 20, 600)
"""Megabytes that a small file claims and holds."""
IMAGE_POSITION = 0x00200032
"""The tag of Image Position (Patient)."""


def make(folder: Path, count: int, seeds: Seeds, choice: Random) -> list[str]:
    """Write mutated files and a sound series; return their paths below the folder."""
    _sound(folder)
    names: list[str] = []
    while len(names) < count:
        share = choice.random()
        if share < 0.5:
            group = _series(choice, seeds)
        elif share < 0.96:
            group = [dicom_bytes.mutated(choice.choice(seeds.singles), choice)]
        else:
            kind = choice.choice(sorted(ODD))
            names += ODD[kind](folder, f"{len(names):03}-{kind}", seeds, choice)
            continue
        place = folder / f"{len(names):03}"
        place.mkdir()
        for number, (mutation, content) in enumerate(group[: count - len(names)]):
            path = place / f"{number:02}-{mutation}"
            path.write_bytes(content)
            names.append(str(path.relative_to(folder)))
    return [*names, *(f"{SOUND_FOLDER}/{path.name}" for path in sorted((folder / SOUND_FOLDER).iterdir()))]


def _sound(folder: Path) -> None:
    """Write a series of its own subject."""
    uids = {f"{level}InstanceUID": dicom_series.uid(f"sound {level}") for level in ("Study", "Series")}
    dicom_series.write_series(folder / SOUND_FOLDER, SOUND, PatientID="SOUND", SeriesNumber=77, **uids)


def _series(choice: Random, seeds: Seeds) -> list[tuple[str, bytes]]:
    """Mutate a series: all its files alike, or mildly, or some of them much, or their positions."""
    files = choice.choice(seeds.series)
    way = choice.choice(("alike", "mild", "some", "spread"))
    if way == "spread":
        step = choice.choice(STEPS_MM)
        placed = (f"0\\0\\{number * step:.9g}".encode() for number in range(len(files)))
        return [
            ("spread", dicom_bytes.put(content, IMAGE_POSITION, "DS", at + b" " * (len(at) % 2)))
            for content, at in zip(files, placed, strict=True)
        ]
    if way == "alike":
        seed = choice.random()
        return [dicom_bytes.mutated(content, Random(seed)) for content in files]
    if way == "mild":
        return [("mild", _mild(content, choice)) for content in files]
    return [
        dicom_bytes.mutated(each, choice) if choice.random() < 0.3 else ("mild", _mild(each, choice)) for each in files
    ]


def _mild(content: bytes, choice: Random) -> bytes:
    """Change a file so that it stays an image: a description, or one pixel."""
    changed = dicom_bytes.put(content, 0x0008103E, "LO", choice.choice((b"LIVER ", b"ABDOMEN ", b"", b"\xe9 ")))
    return changed if changed != content else dicom_bytes.flip_stream(content, choice)


def _empty(folder: Path, name: str, _seeds: Seeds, _choice: Random) -> list[str]:
    (folder / name).write_bytes(b"")
    return [name]


def _pipe(folder: Path, name: str, _seeds: Seeds, _choice: Random) -> list[str]:
    os.mkfifo(folder / name)
    return [name]


def _loop(folder: Path, name: str, _seeds: Seeds, choice: Random) -> list[str]:
    (folder / name).mkdir()
    (folder / name / "back").symlink_to(choice.choice((folder, folder / name)))
    return [f"{name}/back"]


def _nowhere(folder: Path, name: str, _seeds: Seeds, _choice: Random) -> list[str]:
    (folder / name).symlink_to(folder / "is not there")
    return [name]


def _zipped(folder: Path, name: str, seeds: Seeds, choice: Random) -> list[str]:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("image.dcm", choice.choice(seeds.singles))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as packed:
        packed.writestr("inner.zip", inner.getvalue())
    content = outer.getvalue()
    (folder / name).write_bytes(content if choice.random() < 0.5 else dicom_bytes.truncate(content, choice))
    return [name]


def _bomb(folder: Path, name: str, _seeds: Seeds, choice: Random) -> list[str]:
    (folder / name).write_bytes(bombs.deflated(choice.choice(BOMBS_MB)))
    return [name]


def _odd_name(folder: Path, name: str, seeds: Seeds, choice: Random) -> list[str]:
    tail = choice.choice(
        (b"\xe9\xff", "\u200b\u202e".encode(), b"\n\t", b" [bold]", b"'\";$(x)", b"\x1b[31m", b"a" * 200)
    )
    path = folder / os.fsdecode(name.encode() + tail)
    path.write_bytes(dicom_bytes.mutated(choice.choice(seeds.singles), choice)[1])
    return [path.name]


def _noise(folder: Path, name: str, _seeds: Seeds, choice: Random) -> list[str]:
    start = choice.choice(
        (b"", b"\0" * 128 + b"DICM", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\0", b"Rar!", b"\x89PNG\r\n", b"\x08\0\x05\0")
    )
    (folder / name).write_bytes(start + choice.randbytes(choice.choice((1, 40, 4000))))
    return [name]


ODD: dict[str, Callable[[Path, str, Seeds, Random], list[str]]] = {
    "empty": _empty, "pipe": _pipe, "loop": _loop, "nowhere": _nowhere, "zipped": _zipped, "odd": _odd_name,
    "noise": _noise, "bomb": _bomb,
}  # fmt: skip
"""What else lies in folders."""
