"""Give images the visit and date that a list says, and name every contradiction between list and headers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipeline.model import subject_name
from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.flags import Flag, ordered
from pipeline.model.visit import BASELINE
from pipeline.model.visit_list import ListedAs, ListedVisit, RowFault, VisitList

UNNAMED = "no sound row of the list of visits names it"
"""Why an image of a listed subject belongs to no visit."""
DIFFERING = "rows of the list of visits that name it differ"
OTHER_SUBJECT = "the list of visits gives it to another subject than its headers"
NO_DATE = "neither the list of visits nor its headers hold its date"
NO_NAME = "the list of visits names other visits of the subject, but not this one"
NO_BASELINE = f"the list of visits names no {BASELINE} of the subject"
SHARED_DAY = "the list of visits names two visits of the subject on its day"


@dataclass(frozen=True)
class Assigned:
    """The slices as the list says, and what is wrong with its rows."""

    headers: tuple[SliceHeader, ...]
    faults: tuple[RowFault, ...]


class _Images(NamedTuple):
    """What slices share that one row names."""

    source: int
    folder: str
    study_uid: str
    series_uid: str
    subject: str
    date: dt.date | None

    def text(self) -> str:
        """Return the series, or what else there is, in words."""
        return f"series {self.series_uid}" if self.series_uid else f"study {self.study_uid or 'without a UID'}"


def assign(headers: Sequence[SliceHeader], visits: VisitList) -> Assigned:
    """Give each slice visit and date of the row that names it; the list counts, whatever its header says.

    1. Of several rows the one for the series counts before that for the study, that before the folder (the
       deeper one first). Rows of one rank that differ are faults, and their images belong to no visit.
    2. A row whose subject is not that of the headers is a fault. Images without a subject get the row's.
    3. A row without a date takes that of the header; without both it is a fault.
    4. The visits of a subject are named all or none, one of them BASELINE, and no day belongs to two.
    5. An image that no row names keeps what its header says where the list does not name its subject; else it
       belongs to no visit.
    """
    groups: dict[_Images, list[SliceHeader]] = defaultdict(list)
    for item in headers:
        folder = item.path.rpartition("/")[0]
        groups[_Images(item.source, folder, item.study_uid, item.series_uid, item.subject, item.study_date)].append(
            item
        )
    faults = list(visits.faults)
    several = len({images.source for images in groups}) > 1
    chosen: dict[_Images, ListedVisit] = {}
    aside: dict[_Images, str] = {}
    named: set[int] = set()
    for images in groups:
        naming = _naming(images, visits.rows, several=several)
        named |= {row.number for row in naming}
        rows = _most_telling(naming, several=several)
        contradiction = _contradiction(images, rows)
        if contradiction:
            aside[images], text = contradiction
            faults.append(RowFault(rows[0].subject, text))
        elif rows:
            chosen[images] = rows[0]
    faults += _among_visits(chosen, aside)
    faults += [_nothing(row) for row in visits.rows if row.number not in named]
    listed = {row.subject for row in visits.rows} | {fault.subject for fault in visits.faults}
    result: list[SliceHeader] = []
    for images, items in groups.items():
        row = chosen.get(images)
        if images in aside or (row is None and images.subject in listed):
            out = ListedAs(header_date=images.date, aside=aside.get(images, UNNAMED))
            result += [replace(item, listed=out) for item in items]
        elif row is not None:
            result += [_as_listed(item, row) for item in items]
        else:
            result += items
    return Assigned(tuple(result), tuple(dict.fromkeys(faults)))


def flagged(volumes: Sequence[Volume]) -> tuple[Volume, ...]:
    """Flag the volumes that the list leaves without a visit."""
    return tuple(
        replace(volume, flags=ordered(*volume.flags, Flag.NOT_LISTED)) if volume.listed.aside else volume
        for volume in volumes
    )


def _naming(images: _Images, rows: Iterable[ListedVisit], *, several: bool) -> list[ListedVisit]:
    return [
        row
        for row in rows
        if (not row.series_uid or row.series_uid == images.series_uid)
        and (not row.study_uid or row.study_uid == images.study_uid)
        and (not row.folder or _inside(images, row.folder, several=several))
    ]


def _inside(images: _Images, folder: str, *, several: bool) -> bool:
    """Whether images lie in a folder or below it; `2:folder` is one of the second source, where there are several."""
    source, parts = _placed(folder, several=several)
    return source in {None, images.source} and tuple(images.folder.split("/")[: len(parts)]) == parts


def _placed(folder: str, *, several: bool) -> tuple[int | None, tuple[str, ...]]:
    """Return the source of a folder, None for any, and the names on the way to it; `.` is a source folder itself."""
    number, colon, rest = folder.partition(":")
    numbered = bool(several and colon and number.isdecimal())
    parts = (rest if numbered else folder).split("/")
    return int(number) - 1 if numbered else None, tuple(part for part in parts if part not in {"", "."})


def _most_telling(rows: Sequence[ListedVisit], *, several: bool) -> list[ListedVisit]:
    def rank(row: ListedVisit) -> tuple[bool, bool, bool, int]:
        depth = len(_placed(row.folder, several=several)[1])
        return bool(row.series_uid), bool(row.study_uid), bool(row.folder), depth

    best = max(map(rank, rows), default=None)
    return [row for row in rows if rank(row) == best]


def _contradiction(images: _Images, rows: Sequence[ListedVisit]) -> tuple[str, str] | None:
    """Why rows cannot be followed that contradict each other or the headers, and the text that names the rows."""
    if not rows:
        return None
    first = rows[0]
    if len({(row.subject, row.visit, row.date) for row in rows}) > 1:
        says = "; ".join(f"row {row.number}: {_words(row)}" for row in rows)
        return DIFFERING, f"rows that name the same images differ ({says}). Keep one of them."
    where = f"row {first.number}"
    if images.subject != first.subject and not images.subject.startswith(subject_name.UNKNOWN):
        return OTHER_SUBJECT, (
            f"{where}: found subject {first.subject}, the headers of {images.text()} hold {images.subject}; allowed: "
            "the same. Correct the row, or the headers."
        )
    if first.date is None and images.date is None:
        return NO_DATE, (
            f"{where}, column date: found nothing, and the headers of {images.text()} hold no date. Give the day of "
            "the scan."
        )
    return None


def _words(row: ListedVisit) -> str:
    date = "no date" if row.date is None else row.date.isoformat()
    return f"{row.subject}, {row.visit or 'no visit'}, {date}"


def _among_visits(chosen: dict[_Images, ListedVisit], aside: dict[_Images, str]) -> list[RowFault]:
    """Check the visits of each subject against each other; what contradicts goes from chosen to aside."""
    faults: list[RowFault] = []
    for subject in dict.fromkeys(row.subject for row in chosen.values()):
        mine = {images: row for images, row in chosen.items() if row.subject == subject}
        names = {row.visit for row in mine.values()}
        if "" in names and len(names) > 1:
            unnamed = sorted({row.number for row in mine.values() if not row.visit})
            text = f"{_rows(unnamed)}, column visit: found nothing, the other visits of {subject} have names. Name all."
            faults.append(RowFault(subject, text))
            _set_aside(NO_NAME, [i for i, row in mine.items() if not row.visit], chosen, aside)
        elif "" not in names and BASELINE not in names:
            text = f"{subject}: no visit is named {BASELINE} (found {', '.join(sorted(names))}). Name its baseline so."
            faults.append(RowFault(subject, text))
            _set_aside(NO_BASELINE, list(mine), chosen, aside)
        days: dict[dt.date | None, dict[_Images, ListedVisit]] = defaultdict(dict)
        for images, row in mine.items():
            if images in chosen and row.visit:
                days[row.date or images.date][images] = row
        for day, shared in days.items():
            if len({row.visit for row in shared.values()}) > 1:
                says = ", ".join(sorted({row.visit for row in shared.values()}))
                rows = _rows(sorted({row.number for row in shared.values()}))
                text = f"{rows}: {subject} has two visits on {day} ({says}). Give each visit days of its own."
                faults.append(RowFault(subject, text))
                _set_aside(SHARED_DAY, list(shared), chosen, aside)
    return faults


def _set_aside(
    reason: str, these: Iterable[_Images], chosen: dict[_Images, ListedVisit], aside: dict[_Images, str]
) -> None:
    """Take images out of their visits; the reason holds no number of a row, so that it lasts where rows are added."""
    for images in these:
        del chosen[images]
        aside[images] = reason


def _rows(numbers: Sequence[int]) -> str:
    return f"row{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def _nothing(row: ListedVisit) -> RowFault:
    keys = (("study_uid", row.study_uid), ("series_uid", row.series_uid), ("folder", row.folder))
    given = ", ".join(f"{name} {value}" for name, value in keys if value)
    return RowFault(row.subject, f"row {row.number}: names no image ({given}). Correct it, or remove the row.")


def _as_listed(item: SliceHeader, row: ListedVisit) -> SliceHeader:
    listed = ListedAs(row.visit, dated=row.date is not None, header_date=item.study_date)
    return replace(item, subject=row.subject, study_date=row.date or item.study_date, listed=listed)
