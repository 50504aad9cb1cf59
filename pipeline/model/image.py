"""Images and masks: an array [slice, row, column] on a grid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.grid import Grid
from pipeline.model.terms import Modality, Phase

__all__ = ["Image", "Labels", "Mask", "Modality", "Phase"]


@dataclass(frozen=True)
class Image:
    """Intensities on a grid: Hounsfield units for CT, scaled signal for MR."""

    array: NDArray[Any]
    grid: Grid
    modality: Modality = Modality.CT

    def __post_init__(self) -> None:
        if self.array.shape != self.grid.shape:
            raise ValueError(f"array {self.array.shape} on a grid {self.grid.shape}; expected the same shape")


@dataclass(frozen=True)
class Mask:
    """A region on a grid; array is bool."""

    array: NDArray[np.bool_]
    grid: Grid

    def __post_init__(self) -> None:
        if self.array.shape != self.grid.shape or self.array.dtype != np.bool_:
            raise ValueError(
                f"mask {self.array.dtype} {self.array.shape} on a grid {self.grid.shape}; expected bool, same shape"
            )

    @property
    def volume_ml(self) -> float:
        """Volume in ml."""
        return float(np.count_nonzero(self.array)) * self.grid.voxel_ml


@dataclass(frozen=True)
class Labels:
    """Lesions on a grid: 0 background, n the n-th lesion; names[n-1] is its name."""

    array: NDArray[np.uint8]
    grid: Grid
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.array.shape != self.grid.shape or self.array.dtype != np.uint8:
            raise ValueError(f"labels {self.array.dtype} {self.array.shape} on a grid {self.grid.shape}")
        if int(self.array.max(initial=0)) > len(self.names):
            raise ValueError(f"label {int(self.array.max())} has no name; names are {self.names}")

    @property
    def present(self) -> tuple[str, ...]:
        """The names of the lesions that have a voxel; slice by slice, for a count takes eight times the array."""
        counts = np.zeros(len(self.names) + 1, dtype=np.int64)
        for plane in self.array:
            counts += np.bincount(plane.ravel(), minlength=len(counts))
        return tuple(name for name, count in zip(self.names, counts[1:], strict=True) if count)

    def mask(self, name: str) -> Mask:
        """The mask of one lesion.

        Raises:
            KeyError: there is no lesion of that name.
        """
        if name not in self.names:
            raise KeyError(name)
        return Mask(self.array == self.names.index(name) + 1, self.grid)
