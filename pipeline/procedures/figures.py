"""Read our own result tables and draw the figures on response that journals expect."""

from pathlib import Path
from typing import Any

from pipeline.assess import registry, series
from pipeline.assess.criteria import recist11
from pipeline.assess.method import Method
from pipeline.model import parameters
from pipeline.model.errors import InputError
from pipeline.model.protocol import Protocol
from pipeline.model.standard_protocol import STANDARD
from pipeline.report.figures import drawn, spider, sums, swimmer, waterfall
from pipeline.store import arm_table, course_tables, folder
from pipeline.store import tables as files


def draw(
    timepoints: Path,
    endpoint: Path,
    out: Path,
    *,
    events: Path | None = None,
    arms: Path | None = None,
    param: str = parameters.HPFS.code,
    criterion: Method[Any] = recist11.CRITERION,
    protocol: Protocol = STANDARD,
) -> int:
    """Draw waterfall, spider, swimmer and sums into a folder, whole or not at all; return how many subjects there are.

    Lines and captions have the protocol's thresholds of the criterion.

    Raises:
        InputError: see course_tables and tables; also an unknown parameter, and a criterion that compares
            something else than sums of lengths.
    """
    if not series.compares_lengths(criterion):
        allowed = ", ".join(name for name, each in registry.criteria().items() if series.compares_lengths(each))
        raise InputError(f"--criteria: found {criterion.name!r}; allowed, with sums of lengths: {allowed}")
    if param not in parameters.BY_CODE:
        raise InputError(f"--param: found {param!r}; allowed: {', '.join(parameters.BY_CODE)}")
    courses = course_tables.read(
        timepoints,
        endpoint,
        param,
        criterion.facts,
        events=files.read_events(events) if events else (),
        arms=arm_table.read(arms).by_subject if arms else None,
    )
    name, thresholds = f"sum of {criterion.facts.added}", criterion.rules(protocol).thresholds
    clock = parameters.BY_CODE[param].clock.value
    made = {
        "waterfall": waterfall.draw(courses, name, thresholds),
        "spider": spider.draw(courses, name, thresholds),
        "swimmer": swimmer.draw(courses, param, clock, events_known=events is not None),
        "sums": sums.draw(courses, name, thresholds),
    }
    with folder.written(out, [file for figure in made for file in drawn.files(figure)]) as fresh:
        for figure, content in made.items():
            drawn.write(content, fresh, figure)
    return len(courses)
