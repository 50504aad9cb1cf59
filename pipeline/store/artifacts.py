"""Content-addressed artifacts: bytes under the hash of their content, written once.

A reference is the SHA-256 of the stored bytes, so equal results share one file and a
damaged file is noticed on reading. Writing is atomic: a killed run leaves no half file.
What was asked for and was missing or damaged is noted as wanted until it is stored anew.
"""

import hashlib
import io
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, TypeAdapter, ValidationError, ValidationInfo

from pipeline.model.errors import IntegrityError, OutOfReachError
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.transform import Transform
from pipeline.store import file_hashes

T = TypeVar("T")


def _noted(ref: str, info: ValidationInfo) -> str:
    """Add a reference to the set that whoever loads a value gives as context."""
    if isinstance(info.context, set):
        info.context.add(ref)
    return ref


Ref = Annotated[str, AfterValidator(_noted)]
"""SHA-256 of an artifact, in hexadecimal."""

_WANTED, _MENDED = "wanted", "mended"
"""Folders of empty files, each named by an artifact: what is wanting, and what was and is stored anew."""

_GRID = TypeAdapter(Grid)


@dataclass(frozen=True)
class Artifacts:
    """A folder of artifacts."""

    root: Path

    def put(self, content: bytes) -> Ref:
        """Store bytes and return their reference."""
        ref = hashlib.sha256(content).hexdigest()
        path = self._path(ref)
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f"{path.name}.{os.getpid()}.{id(content)}.partial")
            try:
                partial.write_bytes(content)
            except OSError:
                partial.unlink(missing_ok=True)
                raise
            partial.replace(path)
        if self._wanting(ref).exists():
            (self.root / _MENDED).mkdir(exist_ok=True)
            self._wanting(ref).replace(self.root / _MENDED / ref)
        return ref

    def get(self, ref: Ref) -> bytes:
        """Return the bytes behind a reference.

        Raises:
            IntegrityError: the artifact is missing or its bytes have changed.
            OutOfReachError: it may not be read.
        """
        try:
            content = self._path(ref).read_bytes()
        except FileNotFoundError as error:
            self._note(ref)
            raise IntegrityError(f"artifact {ref[:12]} is missing. `hepatrack run` makes it anew.") from error
        except PermissionError as error:
            raise OutOfReachError(
                f"artifact {ref[:12]} of the study may not be read ({error.strerror}). Give this account the right to "
                "it, then repeat the command."
            ) from error
        except OSError as error:
            self._remove(ref)
            raise IntegrityError(
                f"artifact {ref[:12]} cannot be read ({error.strerror}) and is removed. `hepatrack run` makes it anew."
            ) from error
        if hashlib.sha256(content).hexdigest() != ref:
            self._remove(ref)
            raise IntegrityError(f"artifact {ref[:12]} was damaged and is removed. `hepatrack run` makes it anew.")
        return content

    def whole(self, kind: type[T], ref: Ref) -> bool:
        """Whether a value is there and undamaged, and everything that it refers to is there."""
        references: set[Ref] = set()
        try:
            TypeAdapter(kind).validate_json(self.get(ref), context=references)
        except (IntegrityError, ValidationError):
            return False
        missing = [each for each in references if not self._path(each).exists()]
        for each in missing:
            self._note(each)
        return not missing

    def sweep(self) -> None:
        """Read every artifact and remove the damaged ones."""
        for path in sorted(self.root.glob("??/*")):
            if len(path.name) == hashlib.sha256().digest_size * 2 and file_hashes.sha256(path) != path.name:
                self._remove(path.name)

    def wanted(self) -> int:
        """Return how many artifacts were asked for and are missing, or were damaged."""
        return len(_names(self.root / _WANTED))

    def settle(self) -> int:
        """Return how many artifacts were wanted and stored anew; all notes are removed."""
        mended = _names(self.root / _MENDED)
        for path in (*mended, *_names(self.root / _WANTED)):
            path.unlink(missing_ok=True)
        return len(mended)

    def put_value(self, kind: type[T], value: T) -> Ref:
        """Store a value of the model (no arrays) as JSON; kind is its type."""
        return self.put(TypeAdapter(kind).dump_json(value))

    def get_value(self, kind: type[T], ref: Ref) -> T:
        """Return a value stored by put_value.

        Raises:
            IntegrityError: the artifact is missing, damaged, or no such value: another hepatrack may have stored it.
        """
        try:
            return TypeAdapter(kind).validate_json(self.get(ref))
        except ValidationError as error:
            name = getattr(kind, "__name__", kind)
            raise IntegrityError(
                f"artifact {ref[:12]} is no {name} of this hepatrack. Repeat `hepatrack run`."
            ) from error

    def put_image(self, image: Image) -> Ref:
        """Store an image without loss."""
        return self._put_array(image.array, image.grid, {"modality": image.modality.value})

    def get_image(self, ref: Ref) -> Image:
        """Return an image stored by put_image."""
        array, grid, extra = self._get_array(ref)
        return Image(array, grid, Modality(extra["modality"]))

    def put_mask(self, mask: Mask) -> Ref:
        """Store a mask."""
        return self._put_array(mask.array, mask.grid, {})

    def get_mask(self, ref: Ref) -> Mask:
        """Return a mask stored by put_mask."""
        array, grid, _ = self._get_array(ref)
        return Mask(array, grid)

    def put_labels(self, labels: Labels) -> Ref:
        """Store labels with their names."""
        return self._put_array(labels.array, labels.grid, {"names": "\n".join(labels.names)})

    def get_labels(self, ref: Ref) -> Labels:
        """Return labels stored by put_labels."""
        array, grid, extra = self._get_array(ref)
        return Labels(array, grid, tuple(extra["names"].split("\n")) if extra["names"] else ())

    def put_transform(self, transform: Transform) -> Ref:
        """Store a transform."""
        parts: dict[str, NDArray[Any]] = {"linear": transform.linear}
        if transform.displacement is not None and transform.displacement_grid is not None:
            parts["displacement"] = transform.displacement
            parts["grid"] = np.frombuffer(_GRID.dump_json(transform.displacement_grid), dtype=np.uint8)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **parts)
        return self.put(buffer.getvalue())

    def get_transform(self, ref: Ref) -> Transform:
        """Return a transform stored by put_transform."""
        with np.load(io.BytesIO(self.get(ref)), allow_pickle=False) as parts:
            if "displacement" not in parts:
                return Transform(parts["linear"])
            return Transform(parts["linear"], parts["displacement"], _GRID.validate_json(parts["grid"].tobytes()))

    def _remove(self, ref: Ref) -> None:
        """Remove a damaged artifact; noted first, so that a kill between the two loses nothing."""
        self._note(ref)
        self._path(ref).unlink(missing_ok=True)

    def _note(self, ref: Ref) -> None:
        self._wanting(ref).parent.mkdir(parents=True, exist_ok=True)
        self._wanting(ref).touch()

    def _wanting(self, ref: Ref) -> Path:
        return self.root / _WANTED / ref

    def _path(self, ref: Ref) -> Path:
        return self.root / ref[:2] / ref

    def _put_array(self, array: NDArray[Any], grid: Grid, extra: dict[str, str]) -> Ref:
        head = TypeAdapter(dict[str, Any]).dump_json(
            {"dtype": array.dtype.str, "grid": _GRID.dump_python(grid, mode="json"), "extra": extra}
        )
        body = zlib.compress(np.ascontiguousarray(array).tobytes(), level=1)
        return self.put(len(head).to_bytes(4, "little") + head + body)

    def _get_array(self, ref: Ref) -> tuple[NDArray[Any], Grid, dict[str, str]]:
        content = self.get(ref)
        size = int.from_bytes(content[:4], "little")
        head = TypeAdapter(dict[str, Any]).validate_json(content[4 : 4 + size])
        grid = _GRID.validate_python(head["grid"])
        flat = np.frombuffer(zlib.decompress(content[4 + size :]), dtype=np.dtype(head["dtype"]))
        return flat.reshape(grid.shape), grid, head["extra"]


def _names(folder: Path) -> tuple[Path, ...]:
    return tuple(folder.iterdir()) if folder.is_dir() else ()
