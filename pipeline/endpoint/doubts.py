"""What the responses of a subject say against each other or against its dates: told in words, decided elsewhere.

Dates order the visits, of one date the worst response counts, of one visit the latest scan (endpoint.from_tables); what
lies before the start belongs to the baseline. Our decision [D] (decision 26): whoever reads the tables must see it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from pipeline.endpoint.reported import Enrolled, Reported
from pipeline.model import same_day, visit_name
from pipeline.model.response import Response
from pipeline.model.visit_name import NumberedVisit

BEFORE_START = ("BASELINE", "SCREEN")
"""How the name of a visit before the start begins."""
_NO_RESPONSE = {Response.NE, Response.NONE}


def among(reported: Iterable[Reported]) -> Iterator[str]:
    """Yield what the rows of one reader say against each other, subject by subject."""
    of_reader: dict[tuple[str, str], list[Reported]] = {}
    for row in reported:
        of_reader.setdefault((row.subject, row.reader), []).append(row)
    for rows in of_reader.values():
        whole = [row for row in rows if row.date.complete]
        yield from _on_one_date(whole)
        yield from _at_one_visit(whole)
        yield from _against_numbers(whole)


def _on_one_date(rows: Sequence[Reported]) -> Iterator[str]:
    first: dict[dt.date, Reported] = {}
    for row in rows:
        other = first.setdefault(row.date.first(), row)
        if other.response is not row.response:
            worse, better = sorted((other, row), key=lambda each: same_day.rank(each.response))
            yield (
                f"{row.subject}: {worse.response.value} ({worse.where}) and {better.response.value} ({better.where}) "
                f"of {row.reader or 'one reader'} on {row.date.text}; the worse one counts"
            )


def _at_one_visit(rows: Sequence[Reported]) -> Iterator[str]:
    first: dict[str, Reported] = {}
    for row in rows:
        other = first.setdefault(row.visit, row)
        earlier, later = sorted((other, row), key=lambda each: each.date.first())
        if other.response is row.response and earlier.date.first() < later.date.first():
            yield (
                f"{row.subject}: {row.response.value} at visit {row.visit} on {earlier.date.text} ({earlier.where}) "
                f"and on {later.date.text} ({later.where}); the later scan dates the visit"
            )


def _against_numbers(rows: Sequence[Reported]) -> Iterator[str]:
    numbered = [NumberedVisit(row.number, row.name, row.date.first()) for row in rows if row.number is not None]
    contradiction = visit_name.against_dates(sorted(numbered, key=lambda visit: (visit.date, visit.number)))
    if contradiction:
        yield f"{rows[0].subject}: {contradiction}"


def before_start(reported: Iterable[Reported], start: dt.date | None) -> Iterator[str]:
    """Yield each response on a whole date before the start of a clock; of a visit named so only a progression."""
    for row in reported:
        named = row.name.upper().startswith(BEFORE_START)
        response = row.response is Response.PD or (not named and row.response not in _NO_RESPONSE)
        if start is not None and row.date.complete and row.date.first() < start and response:
            what = f"{row.response.value} of {row.subject} on {row.date.text}"
            yield f"{row.where}: {what}, before the start on {start}"


def of_starts(enrolled: Iterable[Enrolled]) -> Iterator[str]:
    """Yield each subject whose treatment began before its randomization."""
    for each in enrolled:
        randomized, treated = each.dates.randomized, each.dates.treated
        if randomized is not None and treated is not None and treated < randomized:
            yield f"{each.where} of {each.subject}: RANDDT {randomized} lies after TRTSDT {treated}"
