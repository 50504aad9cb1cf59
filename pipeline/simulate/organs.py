"""The organs of the upper abdomen as solids in resting coordinates (LPS mm, z 0 mid-liver)."""

from dataclasses import dataclass

import numpy as np

from pipeline.model.grid import Point
from pipeline.simulate.shapes import Box, Coordinates, Ellipsoid, Field, Solid, Tube, chain, smooth_union
from pipeline.simulate.tissues import Tissue


@dataclass(frozen=True)
class Layer:
    """Paint `tissue` where the solid's distance is below margin_mm (0: its surface).

    in_liver: what the layer does to the liver region: None leaves it (vessels within
    the liver stay liver), False takes the painted samples out of it. only_in_liver
    restricts the paint to the liver.
    """

    tissue: Tissue
    solid: Solid
    margin_mm: float = 0.0
    in_liver: bool | None = False
    only_in_liver: bool = False


LIVER_BOX: Box = ((-140.0, -105.0, -100.0), (110.0, 95.0, 95.0))
"""Corners of a box around the resting liver, in LPS mm; own choice, with room for every shape."""
_RIGHT = Ellipsoid((-64.0, 8.0, 2.0), (67.0, 79.0, 86.0), -8.0)
_RIGHT_TIP = Ellipsoid((-92.0, 22.0, -52.0), (34.0, 48.0, 46.0), -12.0)
_LEFT = Ellipsoid((2.0, -44.0, 36.0), (74.0, 33.0, 33.0), 7.0)
_LEFT_TIP = Ellipsoid((52.0, -38.0, 46.0), (36.0, 20.0, 22.0), 14.0)
_CAUDATE = Ellipsoid((-18.0, -2.0, 26.0), (22.0, 17.0, 27.0))


def liver(at: Coordinates) -> Field:
    """Distance to the liver: two lobes and a caudate, cut by its slanting lower surface."""
    x, y, z = at
    shape = smooth_union(_RIGHT.distance(at), _LEFT.distance(at), 22.0)
    shape = smooth_union(shape, _RIGHT_TIP.distance(at), 16.0)
    shape = smooth_union(shape, _LEFT_TIP.distance(at), 16.0)
    shape = smooth_union(shape, _CAUDATE.distance(at), 8.0)
    underside = (-68 + 0.62 * np.maximum(x + 105, 0) - 0.14 * y - z) * np.float32(0.82)
    under_left = (x - 8) * np.float32(0.25) + 4 - z
    under = np.where(x > 8, under_left, underside)
    cut = np.maximum(shape, np.minimum(under, 60))
    fissure = np.maximum(np.abs(x - 6 - 0.12 * (y + 45)) - 2.2, np.maximum(z - 26, y + 34))
    hilum = Ellipsoid((-24.0, -14.0, -6.0), (26.0, 13.0, 15.0), 20.0).distance(at)
    renal_fossa = Ellipsoid((-42.0, 82.0, -62.0), (42.0, 46.0, 58.0), 20.0).distance(at)
    return np.asarray(np.maximum.reduce((cut, -fissure, -hilum, -renal_fossa)), dtype=np.float32)


def diaphragm(at: Coordinates) -> Field:
    """Height of a sample above the diaphragm in mm: two domes with the heart between."""
    x, y, z = at
    right = 80 - 40 * ((x + 64) / 64) ** 2 - 34 * ((y - 2) / 78) ** 2
    left = 68 - 42 * ((x - 70) / 62) ** 2 - 40 * ((y - 12) / 78) ** 2
    middle = 56 - 26 * ((x - 12) / 55) ** 2 - 22 * ((y + 38) / 50) ** 2
    return np.asarray(z - np.maximum(np.maximum(right, left), middle), dtype=np.float32)


def _tree(tissue: Tissue, tubes: tuple[Tube, ...], only_in_liver: bool) -> tuple[Layer, ...]:
    return tuple(
        Layer(tissue, t, in_liver=None if only_in_liver else False, only_in_liver=only_in_liver) for t in tubes
    )


PORTAL_TRUNK = chain(((0.0, 0.0, -38.0), (-14.0, -6.0, -18.0), (-28.0, -10.0, -2.0)), (7.0, 7.0, 7.0))
PORTAL_TREE = (
    *chain(((-28.0, -10.0, -2.0), (-58.0, -2.0, 4.0), (-84.0, 18.0, 8.0), (-108.0, 30.0, 16.0)), (6.5, 5.8, 4.0, 2.2)),
    *chain(((-58.0, -2.0, 4.0), (-78.0, -26.0, 10.0), (-98.0, -38.0, 18.0)), (4.8, 3.6, 2.0)),
    *chain(((-84.0, 18.0, 8.0), (-90.0, 24.0, -22.0), (-98.0, 26.0, -52.0)), (3.8, 3.0, 1.8)),
    *chain(((-78.0, -26.0, 10.0), (-82.0, -20.0, 36.0), (-90.0, -14.0, 56.0)), (3.2, 2.6, 1.6)),
    *chain(((-84.0, 18.0, 8.0), (-88.0, 24.0, 36.0), (-92.0, 26.0, 56.0)), (3.4, 2.8, 1.6)),
    *chain(((-28.0, -10.0, -2.0), (-8.0, -24.0, 14.0), (10.0, -36.0, 24.0), (14.0, -52.0, 26.0)), (5.8, 5.2, 4.8, 3.8)),
    *chain(((10.0, -36.0, 24.0), (36.0, -38.0, 36.0), (58.0, -38.0, 44.0)), (3.6, 2.8, 1.6)),
    *chain(((14.0, -52.0, 26.0), (-10.0, -60.0, 30.0), (-26.0, -64.0, 28.0)), (3.2, 2.4, 1.6)),
)
HEPATIC_TREE = (
    *chain(((-26.0, 10.0, 58.0), (-60.0, 26.0, 46.0), (-92.0, 34.0, 22.0), (-104.0, 36.0, -8.0)), (6.0, 5.2, 4.0, 2.0)),
    *chain(((-26.0, 8.0, 58.0), (-40.0, -22.0, 46.0), (-52.0, -44.0, 24.0), (-56.0, -50.0, 4.0)), (5.5, 4.8, 3.6, 2.0)),
    *chain(((-24.0, 4.0, 58.0), (2.0, -28.0, 52.0), (30.0, -42.0, 50.0), (48.0, -44.0, 48.0)), (5.2, 4.4, 3.2, 1.8)),
    *chain(((-60.0, 26.0, 46.0), (-76.0, 44.0, 30.0), (-84.0, 54.0, 12.0)), (3.6, 2.8, 1.6)),
)
_CAVA = chain(
    ((-24.0, 16.0, -130.0), (-25.0, 14.0, 0.0), (-26.0, 10.0, 62.0), (-16.0, -4.0, 90.0)), (10.5, 10.5, 11.5, 12.0)
)
_AORTA = chain(((10.0, 17.0, -140.0), (13.0, 19.0, 0.0), (15.0, 22.0, 140.0)), (9.5, 10.5, 12.0))
_SPLENIC = chain(((0.0, 0.0, -38.0), (34.0, -2.0, -12.0), (72.0, 30.0, 22.0)), (5.5, 4.8, 3.8))
_MESENTERIC = chain(((0.0, 0.0, -38.0), (4.0, -12.0, -130.0)), (6.0, 5.0))
_PANCREAS = chain(
    ((-14.0, -10.0, -52.0), (2.0, -16.0, -34.0), (36.0, -14.0, -14.0), (74.0, 20.0, 16.0)), (13.0, 10.0, 9.0, 8.0)
)
_STOMACH: tuple[Solid, ...] = (
    Ellipsoid((66.0, -2.0, 40.0), (31.0, 38.0, 36.0), 20.0),
    *chain(
        ((64.0, -24.0, 20.0), (40.0, -50.0, -16.0), (6.0, -52.0, -34.0), (-18.0, -36.0, -38.0)),
        (26.0, 20.0, 16.0, 11.0),
    ),
)
_COLON = chain(
    ((-104.0, 10.0, -120.0), (-94.0, -34.0, -86.0), (-40.0, -72.0, -84.0), (40.0, -74.0, -66.0), (98.0, -28.0, -24.0)),
    (19.0, 19.0, 17.0, 17.0, 17.0),
)
_DESCENDING = Tube((104.0, 10.0, -30.0), (108.0, 24.0, -130.0), 15.0, 13.0)
_SPLEEN = Ellipsoid((101.0, 42.0, 26.0), (25.0, 44.0, 48.0), -18.0)
_KIDNEYS = (
    Ellipsoid((-62.0, 52.0, -66.0), (27.0, 25.0, 50.0), 25.0),
    Ellipsoid((62.0, 50.0, -50.0), (27.0, 25.0, 52.0), -25.0),
)
_RENAL_SINUS = (
    Ellipsoid((-48.0, 44.0, -66.0), (14.0, 9.0, 22.0), 25.0),
    Ellipsoid((48.0, 42.0, -50.0), (14.0, 9.0, 22.0), -25.0),
)
_HEART = Ellipsoid((28.0, -34.0, 92.0), (56.0, 44.0, 36.0), 25.0)

GALLBLADDER = Ellipsoid((-48.0, -48.0, -34.0), (13.0, 17.0, 25.0), 15.0)

UNDER_LIVER: tuple[Layer, ...] = (
    *(Layer(Tissue.BOWEL, part) for part in _COLON),
    *(Layer(Tissue.STOOL, part, -3.0) for part in _COLON),
    Layer(Tissue.BOWEL, _DESCENDING),
    Layer(Tissue.STOOL, _DESCENDING, -3.0),
    *(Layer(Tissue.PANCREAS, part) for part in _PANCREAS),
    Layer(Tissue.BOWEL, Ellipsoid((-36.0, -6.0, -58.0), (15.0, 14.0, 26.0))),
)
"""Layers under the liver in painting order."""

OVER_LIVER: tuple[Layer, ...] = (
    Layer(Tissue.FAT, _SPLEEN, 3.0),
    Layer(Tissue.SPLEEN, _SPLEEN),
    *(Layer(Tissue.FAT, part, 3.5) for part in _STOMACH),
    *(Layer(Tissue.STOMACH_WALL, part) for part in _STOMACH),
    *(Layer(Tissue.STOMACH_CONTENT, part, -4.0) for part in _STOMACH),
    Layer(Tissue.FAT, GALLBLADDER, 1.5),
    Layer(Tissue.GALLBLADDER, GALLBLADDER),
    *(Layer(Tissue.FAT, part, 6.0) for part in _KIDNEYS),
    *(Layer(Tissue.KIDNEY_CORTEX, part) for part in _KIDNEYS),
    *(Layer(Tissue.KIDNEY_MEDULLA, part, -7.5) for part in _KIDNEYS),
    *(Layer(Tissue.FAT, part) for part in _RENAL_SINUS),
    *_tree(Tissue.CAVA, _CAVA, only_in_liver=False),
    *_tree(Tissue.PORTAL_VEIN, (*_SPLENIC, *_MESENTERIC, *PORTAL_TRUNK), only_in_liver=False),
    *_tree(Tissue.PORTAL_VEIN, PORTAL_TREE, only_in_liver=True),
    *_tree(Tissue.HEPATIC_VEIN, HEPATIC_TREE, only_in_liver=True),
)
"""Layers over the liver in painting order."""

CHEST: tuple[Layer, ...] = (
    Layer(Tissue.FAT, _HEART, 4.0),
    Layer(Tissue.MYOCARDIUM, _HEART),
    Layer(Tissue.HEART, _HEART, -9.0),
    *_tree(Tissue.AORTA, _AORTA, only_in_liver=False),
)
"""Layers over lung and diaphragm in painting order."""

BOWEL_LOOPS: tuple[Point, ...] = (
    (28.0, -34.0, -62.0), (52.0, -8.0, -70.0), (20.0, -12.0, -86.0), (70.0, -40.0, -88.0), (44.0, -44.0, -96.0),
    (-10.0, -46.0, -92.0), (-44.0, -30.0, -104.0), (76.0, 2.0, -100.0), (8.0, -50.0, -112.0), (84.0, -20.0, -62.0),
)  # fmt: skip
"""Centers of loops of small bowel, radius about 14 mm."""
