"""Paint the phantom: which tissue every sample of a scan belongs to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.simulate import frame, organs
from pipeline.simulate.frame import Habitus
from pipeline.simulate.motion import Motion
from pipeline.simulate.organs import Layer
from pipeline.simulate.shapes import Box, Coordinates, Ellipsoid
from pipeline.simulate.tissues import Tissue

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Scene:
    """Tissue labels and the liver region (its vessels and tumors included) of all samples."""

    labels: Labels
    liver: NDArray[np.bool_]


@dataclass
class _Canvas:
    labels: Labels
    liver: NDArray[np.bool_]
    cavity: NDArray[np.bool_]
    organ: Coordinates
    at: Coordinates
    reach_mm: float

    def window(self, box: Box, margin_mm: float) -> tuple[slice, slice, slice]:
        """Index ranges that surely hold the box after any motion."""
        ranges = []
        for axis, low, high in zip(self.at, *box, strict=True):
            line = axis.ravel()
            pad = self.reach_mm + max(margin_mm, 0.0)
            ranges.append(slice(*np.searchsorted(line, (low - pad, high + pad))))
        return ranges[2], ranges[1], ranges[0]

    def part(self, window: tuple[slice, slice, slice]) -> Coordinates:
        """Organ coordinates of the samples in a window."""
        x, y, z = (axis[window] for axis in self.organ)
        return x, y, z


def paint(habitus: Habitus, motion: Motion, at: Coordinates) -> Scene:
    """Label the samples of a scan; `at` are broadcastable, rising frame coordinates in mm.

    Organs are looked up at x + u(x) and fill the cavity only, so that they slide along
    the body wall; the frame stays where it is.
    """
    labels, cavity = frame.wall(habitus, at)
    displacement = motion.displacement(at)
    reach = max(float(np.abs(u).max()) for u in displacement)
    x, y, z = (axis + u for axis, u in zip(at, displacement, strict=True))
    canvas = _Canvas(labels, np.zeros(labels.shape, dtype=np.bool_), cavity, (x, y, z), at, reach)
    for center in organs.BOWEL_LOOPS:
        _loop(canvas, center)
    _layers(canvas, organs.UNDER_LIVER)
    _bowel_gas(canvas)
    _liver(canvas)
    _layers(canvas, organs.OVER_LIVER)
    _details(canvas)
    _chest(canvas)
    frame.spine(canvas.labels, at)
    canvas.liver &= np.isin(canvas.labels, (Tissue.LIVER, Tissue.PORTAL_VEIN, Tissue.HEPATIC_VEIN))
    return Scene(canvas.labels, canvas.liver)


def _layers(canvas: _Canvas, layers: tuple[Layer, ...]) -> None:
    for layer in layers:
        window = canvas.window(layer.solid.box, layer.margin_mm)
        inside = layer.solid.distance(canvas.part(window)) < layer.margin_mm
        inside &= canvas.cavity[window]
        if layer.only_in_liver:
            inside &= canvas.liver[window]
        canvas.labels[window][inside] = layer.tissue
        if layer.in_liver is False:
            canvas.liver[window][inside] = False


def _loop(canvas: _Canvas, center: tuple[float, float, float]) -> None:
    wall = Ellipsoid(center, (15.0, 13.0, 14.0))
    _layers(canvas, (Layer(Tissue.BOWEL, wall), Layer(Tissue.STOOL, wall, -5.0)))


def _bowel_gas(canvas: _Canvas) -> None:
    _, y, _ = canvas.organ
    stool = canvas.labels == Tissue.STOOL
    canvas.labels[stool & (y < -66)] = Tissue.GAS


def _liver(canvas: _Canvas) -> None:
    window = canvas.window(organs.LIVER_BOX, 0.0)
    inside = (organs.liver(canvas.part(window)) < 0) & canvas.cavity[window]
    canvas.labels[window][inside] = Tissue.LIVER
    canvas.liver[window][inside] = True


def _details(canvas: _Canvas) -> None:
    x, y, z = canvas.organ
    labels = canvas.labels
    bands = np.sin(0.36 * x + 0.9 * np.sin(0.11 * z)) + np.sin(0.31 * z + 0.24 * y) > 0.35
    labels[(labels == Tissue.SPLEEN) & bands] = Tissue.SPLEEN_PALE
    columns = np.sin(0.33 * z) * np.sin(0.3 * (x + y)) > 0.45
    labels[(labels == Tissue.KIDNEY_MEDULLA) & columns] = Tissue.KIDNEY_CORTEX
    labels[(labels == Tissue.STOMACH_CONTENT) & (y < -32) & (z > -10)] = Tissue.GAS


def _chest(canvas: _Canvas) -> None:
    above = organs.diaphragm(canvas.organ)
    in_chest = (above > 0) & canvas.cavity
    canvas.labels[in_chest & (canvas.labels != Tissue.CAVA)] = Tissue.LUNG
    canvas.liver[in_chest] = False
    below = canvas.labels.copy()
    _layers(canvas, organs.CHEST)
    spilled = ~in_chest & (canvas.labels != Tissue.AORTA)
    canvas.labels[spilled] = below[spilled]
