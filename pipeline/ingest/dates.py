"""Which date an image has: the one in its header, that of its study, or none; a placeholder is none."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.flags import Flag, ordered

UNDATED = "nodate"
"""Stands for the date in the id of a volume without one."""
DIGITS = 8
"""Hexadecimal digits that tell the undated studies of a subject apart; own choice."""


def settled(headers: Sequence[SliceHeader]) -> tuple[SliceHeader, ...]:
    """Return the slices with the dates that count; none is made up.

    1. The first of January that all studies of a subject have, two or more of one modality, is a placeholder.
    2. A slice without a date has that of its study, where the other slices of the study agree on one.
    3. A date from a list of visits stands as it is.
    """
    placeholders = {
        (subject, date)
        for subject, date in _shared(
            (item.subject, item.study_date, item.study_uid, item.modality) for item in headers if not _listed(item)
        )
        if (date.month, date.day) == (1, 1)
    }
    real = [
        replace(item, study_date=None)
        if (item.subject, item.study_date) in placeholders and not _listed(item)
        else item
        for item in headers
    ]
    of_study: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    for item in real:
        if item.study_uid and item.study_date is not None:
            of_study[item.subject, item.study_uid].add(item.study_date)
    return tuple(_with_date_of_study(item, of_study.get((item.subject, item.study_uid), set())) for item in real)


def flagged(volumes: Sequence[Volume]) -> tuple[Volume, ...]:
    """Flag volumes without a date, and those whose date all studies of the subject share (`_shared`)."""
    shared = _shared((v.subject, v.date, v.slices[0].study_uid, v.modality) for v in volumes if not v.listed.dated)
    result = []
    for volume in volumes:
        if volume.date is None:
            result.append(replace(volume, flags=ordered(*volume.flags, Flag.NO_DATE)))
        elif (volume.subject, volume.date) in shared and not volume.listed.dated:
            result.append(replace(volume, flags=ordered(*volume.flags, Flag.SHARED_DATE)))
        else:
            result.append(volume)
    return tuple(result)


def order(volume: Volume) -> tuple[str, bool, dt.date, str]:
    """Return what orders volumes: subject, date and id; those without a date come last."""
    return volume.subject, volume.date is None, volume.date or dt.date.min, volume.id


def text(volume: Volume) -> str:
    """Return the date for an id; without one a short name of the study, so that studies stay apart."""
    if volume.date is not None:
        return volume.date.isoformat()
    return f"{UNDATED}-{hashlib.sha256(volume.examination.encode()).hexdigest()[:DIGITS]}"


def _shared(images: Iterable[tuple[str, dt.date | None, str, object]]) -> set[tuple[str, dt.date]]:
    """Subjects, each with the one date of all its dated studies, where two or more of one modality have it."""
    dates: dict[str, set[dt.date]] = defaultdict(set)
    studies: dict[tuple[str, object], set[str]] = defaultdict(set)
    for subject, date, study, modality in images:
        if date is not None and study:
            dates[subject].add(date)
            studies[subject, modality].add(study)
    several = {subject for (subject, _), uids in studies.items() if len(uids) > 1}
    return {(subject, date) for subject in several if len(dates[subject]) == 1 for date in dates[subject]}


def _listed(item: SliceHeader) -> bool:
    return item.listed is not None and item.listed.dated


def _with_date_of_study(item: SliceHeader, dates: set[dt.date]) -> SliceHeader:
    if item.study_date is not None or len(dates) != 1:
        return item
    return replace(item, study_date=next(iter(dates)))
