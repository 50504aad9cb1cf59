"""Results kept on disk under the hash of what they were made from; nothing here is truth, all can be made again."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pipeline.model.image import Image, Mask
from pipeline.store.artifacts import Artifacts

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / ".cache" / "accuracy"
"""Where they lie; git ignores it."""

T = TypeVar("T")


def artifacts() -> Artifacts:
    """Return the artifacts of the bench."""
    return Artifacts(FOLDER / "artifacts")


def image(key: str, make: Callable[[], Image]) -> Image:
    """Return an image made once for a key."""
    return _kept(key, make, artifacts().put_image, artifacts().get_image)


def mask(key: str, make: Callable[[], Mask]) -> Mask:
    """Return a mask made once for a key."""
    return _kept(key, make, artifacts().put_mask, artifacts().get_mask)


def value(key: str, kind: type[T], make: Callable[[], T]) -> T:
    """Return a value without arrays made once for a key."""
    return _kept(
        key, make, lambda made: artifacts().put_value(kind, made), lambda ref: artifacts().get_value(kind, ref)
    )


def digest(*parts: object) -> str:
    """Return a hash of what the parts say of themselves."""
    return hashlib.sha256("|".join(map(repr, parts)).encode()).hexdigest()


def _kept(key: str, make: Callable[[], T], put: Callable[[T], str], get: Callable[[str], T]) -> T:
    note = FOLDER / "keys" / digest(key)
    if note.exists():
        return get(note.read_text(encoding="ascii"))
    made = make()
    note.parent.mkdir(parents=True, exist_ok=True)
    partial = note.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(put(made), encoding="ascii")
    partial.replace(note)
    return made
