"""Read our own result tables and draw the figures on response that journals expect."""

from decimal import Decimal
from pathlib import Path

from pipeline.model import parameters
from pipeline.model.errors import InputError
from pipeline.report.figures import drawn, spider, sums, swimmer, waterfall
from pipeline.store import course_tables, folder
from pipeline.store import tables as files
from pipeline.store.course_tables import Criteria

FIGURES = ("waterfall", "spider", "swimmer", "sums")

_SUMS = {Criteria.RECIST11: "sum of diameters", Criteria.MRECIST: "sum of viable diameters"}
_MIN_GROWTH_MM = {Criteria.RECIST11: Decimal(5), Criteria.MRECIST: Decimal(0)}


def draw(
    timepoints: Path,
    endpoint: Path,
    out: Path,
    *,
    events: Path | None = None,
    arms: Path | None = None,
    param: str = parameters.HPFS.code,
    criteria: Criteria = Criteria.RECIST11,
) -> int:
    """Draw waterfall, spider, swimmer and sums into a folder, whole or not at all; return how many subjects there are.

    Raises:
        InputError: see course_tables and tables; also an unknown parameter.
    """
    if param not in parameters.BY_CODE:
        raise InputError(f"--param: found {param!r}; allowed: {', '.join(parameters.BY_CODE)}")
    courses = course_tables.read(
        timepoints,
        endpoint,
        param,
        criteria,
        events=files.read_events(events) if events else (),
        arms=files.read_arms(arms) if arms else None,
    )
    name = _SUMS[criteria]
    clock = parameters.BY_CODE[param].clock.value
    made = {
        "waterfall": waterfall.draw(courses, name),
        "spider": spider.draw(courses, name),
        "swimmer": swimmer.draw(courses, param, clock, events_known=events is not None),
        "sums": sums.draw(courses, name, _MIN_GROWTH_MM[criteria]),
    }
    with folder.written(out, [file for figure in FIGURES for file in drawn.files(figure)]) as fresh:
        for figure, content in made.items():
            drawn.write(content, fresh, figure)
    return len(courses)
