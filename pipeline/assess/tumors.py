"""Turn the rows of TU and TR of one subject into visits and findings, reader by reader.

A reader is --EVAL with --EVALID; rows of different readers never meet. Baseline is the
reader's first visit; a reader whose lesions are all new saw no disease at a baseline before
it. Missing means not evaluable; 0 or ABSENT means gone (CDISC TU, TR; rule book, sections 2
and 6).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.assess import identified, observed
from pipeline.assess.identified import TumorLesion
from pipeline.assess.observed import Observation
from pipeline.model import partial_date
from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.tumor import Evaluator, Identification, Measure, Occasion, Result, TumorRead, TumorTables
from pipeline.model.visit import BASELINE, Visit

Tested = Mapping[str, Mapping[Decimal, dict[Measure, Result]]]
"""The results by link, visit and measure."""

_NOT_SEEN = {State.ABSENT, State.NOT_EVALUABLE}


def reads(tables: TumorTables, too_small_mm: Decimal) -> tuple[TumorRead, ...]:
    """Return one read per reader, in the order of --EVAL and --EVALID.

    1. A lesion has one role and one organ. Its fragments (TUSPLIT) add up to it from their
       first visit on; a mass (TUMERGE) stands for its parts, and its value counts once.
    2. A target or non-target without a row at a visit was not assessed there.
    3. A new lesion is there from the first visit where TU names it or TR shows it; where a
       later visit says nothing of it, it stays, unless it was equivocal or ABSENT before.

    Raises:
        InputError: a row of TR without its lesion in TU, one lesion with two roles, a key
            twice, a new lesion or two visits called BASELINE where there is one baseline, or
            results that contradict each other.
    """
    readers = {row.reader for row in tables.identified} | {row.reader for row in tables.results}
    return tuple(_read(tables, reader, too_small_mm) for reader in sorted(readers))


def _read(tables: TumorTables, reader: Evaluator, too_small_mm: Decimal) -> TumorRead:
    rows = [row for row in tables.identified if row.reader == reader]
    results = [row for row in tables.results if row.reader == reader]
    lesions = identified.lesions(rows)
    tested = _tested(results, rows)
    _check_new(lesions.values(), tested)
    occasions = _occasions((*rows, *results))
    names = {number: f"visit {_plain(number)}" for number in sorted(occasions)}
    unseen = _baseline_without_disease(tables.subject, lesions.values(), names)
    if names and not unseen:
        names[min(names)] = BASELINE
    dates = {number: _day(occasion.dtc) for number, occasion in occasions.items()}
    findings = [
        _finding(tables.subject, reader, (names[number], dates[number]), lesion.row, observation)
        for lesion in lesions.values()
        for number, observation in _course(lesion, names, tested, too_small_mm)
    ]
    return TumorRead(
        tables.study,
        tables.subject,
        reader,
        (*unseen, *(Visit(tables.subject, name, dates[number], (), number=number) for number, name in names.items())),
        {name: occasions[number] for number, name in names.items()},
        tuple(findings),
    )


def _day(dtc: str) -> dt.date | None:
    """The day that --DTC says; None where it says none, or only a month or a year."""
    date = partial_date.parse(dtc) if dtc else None
    return date.first() if date is not None and date.complete else None


def _baseline_without_disease(
    subject: str, lesions: Iterable[TumorLesion], names: Iterable[Decimal]
) -> tuple[Visit, ...]:
    """The baseline of a reader who found only new lesions: it has no rows, and stands before the first visit."""
    if any(lesion.row.role is not Role.NEW for lesion in lesions):
        return ()
    return tuple(Visit(subject, BASELINE, None, (), number=number - 1) for number in sorted(names)[:1])


def _finding(
    subject: str, reader: Evaluator, when: tuple[str, dt.date | None], row: Identification, observation: Observation
) -> Finding:
    return Finding(
        subject,
        *when,
        row.link,
        row.role,
        observation.state,
        row.organ,
        long_axis_mm=observation.long_mm,
        short_axis_mm=observation.short_mm,
        viable_axis_mm=observation.viable_mm,
        volume_ml=observation.volume_ml,
        viable_short_axis_mm=observation.viable_short_mm,
        viable_volume_ml=observation.viable_volume_ml,
        density_hu=observation.density_hu,
        source=Source.SIGNED,
        reader=reader.name or reader.kind,
        accepted=True,
    )


def _tested(results: Sequence[Result], rows: Sequence[Identification]) -> Tested:
    by_link: dict[str, dict[Decimal, dict[Measure, Result]]] = {row.link: {} for row in rows}
    for result in results:
        if result.link not in by_link:
            who = " ".join(part for part in result.reader if part)
            raise InputError(
                f"{result.place}, column TRLNKID: found {result.link!r}; allowed: a TULNKID that TU names for this "
                f"subject and reader{f' ({who})' if who else ''}: {', '.join(by_link) or 'none is named'}"
            )
        number = result.timing.number
        assert number is not None  # every row of TR has its visit
        first = by_link[result.link].setdefault(number, {}).setdefault(result.measure, result)
        if first is not result:
            raise InputError(
                f"{result.place}, columns TRLNKID, TRTESTCD, VISITNUM: found {result.link}, {result.measure.value}, "
                f"{_plain(number)} as in {first.place} for the same reader; allowed: each once. Remove one of the rows."
            )
    return by_link


def _check_new(lesions: Iterable[TumorLesion], tested: Tested) -> None:
    for lesion in lesions:
        row = lesion.row
        if row.role is Role.NEW and not (lesion.named_at or lesion.fragments or lesion.masses or tested[row.link]):
            raise InputError(
                f"{row.place}, column VISITNUM: found '' for the new lesion {row.link}, which has no row in TR either; "
                "allowed: the visit that shows it first"
            )


def _occasions(rows: Iterable[Identification | Result]) -> dict[Decimal, Occasion]:
    """The visits by number: the first VISIT, the latest --DTC of the rows, whether one is accepted."""
    occasions: dict[Decimal, Occasion] = {}
    baseline: Occasion | None = None
    for row in rows:
        number, visit, dtc, accepted, _ = row.timing
        if number is None:
            continue
        known = occasions.get(number)
        if known is None:
            known = occasions[number] = Occasion(number, visit, dtc, accepted)
        elif (not known.visit and visit) or dtc > known.dtc or accepted > known.accepted:
            known = Occasion(number, known.visit or visit, max(known.dtc, dtc), known.accepted or accepted)
            occasions[number] = known
        if visit.upper() == BASELINE:
            baseline = baseline or known
            if baseline.number != number:
                raise InputError(
                    f"{row.place}, column VISIT: found {visit!r} with VISITNUM {_plain(number)}, but another row of "
                    "the subject and reader has it with another VISITNUM; allowed: one baseline"
                )
    return occasions


def _course(
    lesion: TumorLesion, names: Mapping[Decimal, str], tested: Tested, too_small_mm: Decimal
) -> Iterator[tuple[Decimal, Observation]]:
    """Yield what each visit shows of a lesion; nothing where it was not assessed."""
    stays: Observation | None = None
    for number, name in names.items():
        observation = _at(lesion, number, tested, too_small_mm)
        if lesion.row.role is Role.NEW:
            observation = _new(lesion, number, observation, stays)
            if observation is not None and name == BASELINE and observation.state not in _NOT_SEEN:
                raise InputError(
                    f"{observation.place}: found the new lesion {lesion.row.link} at VISITNUM {_plain(number)}, the "
                    "first visit of this reader; allowed: TARGET or NON-TARGET for a lesion seen at baseline"
                )
            stays = None if observation is None or observation.state in {State.ABSENT, State.EQUIVOCAL} else observation
        if observation is not None:
            yield number, observation


def _new(
    lesion: TumorLesion, number: Decimal, observation: Observation | None, stays: Observation | None
) -> Observation | None:
    """What a visit shows of a new lesion; TU alone shows it, and it stays where nothing is said."""
    if observation is not None and observation.state is not State.NOT_EVALUABLE:
        return observation
    if number in lesion.named_at:
        return Observation(lesion.row.place, State.PRESENT)
    return observation if stays is None or stays.state is State.NOT_EVALUABLE else stays


def _at(lesion: TumorLesion, number: Decimal, tested: Tested, too_small_mm: Decimal) -> Observation | None:
    own = tested[lesion.row.link].get(number)
    parts = [row.link for row in lesion.fragments if _begins(row, tested) <= number]
    if parts:
        _check_alone(own, f"its fragments {', '.join(parts)}")
        results = [tested[part].get(number) for part in parts]
        return observed.fragments([observed.lesion(t, lesion.is_node) if t else None for t in results], too_small_mm)
    for mass, place in lesion.masses:
        tests = tested[mass].get(number)
        if tests is not None:
            _check_alone(own, f"the mass {mass}")
            return _part_of_mass(observed.lesion(tests, lesion.is_node), lesion.row.role, place)
    return None if own is None else observed.lesion(own, lesion.is_node)


def _begins(row: Identification, tested: Tested) -> Decimal:
    """The first visit of a fragment; infinite where no row has one."""
    named = [] if row.timing.number is None else [row.timing.number]
    return min([*named, *tested[row.link]], default=Decimal("Infinity"))


def _part_of_mass(mass: Observation, role: Role, place: int) -> Observation:
    if mass.state in _NOT_SEEN:
        return mass
    state = mass.state if role is not Role.TARGET and mass.state is State.PROGRESSED else State.MERGED
    return mass._replace(state=state) if place == 0 else Observation(mass.place, state)


def _check_alone(own: Mapping[Measure, Result] | None, other: str) -> None:
    for result in (own or {}).values():
        if result.value:
            raise InputError(
                f"{result.place}, column TRSTRESN: found '{result.value:f}' for {result.link}, which {other} stand for "
                "at this visit; allowed: NOT DONE, or no row"
            )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
