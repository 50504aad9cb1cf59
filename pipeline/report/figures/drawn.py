"""A figure together with the numbers it shows, written as SVG, PNG and CSV."""

import io
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from pipeline.export.table import Table
from pipeline.report.figures import style
from pipeline.store import tables


@dataclass(frozen=True, eq=False)
class Drawn:
    """A figure and its data: every point, bar and number that it shows has a row."""

    figure: Figure
    data: Table


def files(name: str) -> tuple[str, ...]:
    """Return the names of the files of a figure."""
    return f"{name}.svg", f"{name}.png", f"{name}.csv"


def write(drawn: Drawn, folder: Path, name: str) -> None:
    """Write a figure as NAME.svg, NAME.png and NAME.csv; the same figure gives the same bytes."""
    (folder / f"{name}.svg").write_bytes(svg(drawn.figure))
    (folder / f"{name}.png").write_bytes(png(drawn.figure))
    tables.write_csv(drawn.data, folder / f"{name}.csv")


def svg(figure: Figure) -> bytes:
    """Return the figure as SVG with text as text, without a date."""
    return _bytes(figure, "svg", {"Date": None, "Creator": None})


def png(figure: Figure) -> bytes:
    """Return the figure as PNG at 200 dots an inch, without software and date."""
    return _bytes(figure, "png", {"Software": None})


def _bytes(figure: Figure, form: str, metadata: dict[str, None]) -> bytes:
    written = io.BytesIO()
    with style.applied():
        figure.savefig(written, format=form, metadata=metadata)
    return written.getvalue()
