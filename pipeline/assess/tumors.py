"""Turn the rows of TU and TR of one subject into visits and findings, reader by reader.

A reader is --EVAL with --EVALID; rows of different readers never meet. The order of the visits and
the baseline: pipeline.assess.visit_order; a reader whose lesions are all new saw no disease at a
baseline before the first visit. Missing means not evaluable; 0 or ABSENT means gone (CDISC TU, TR;
rule book, sections 2 and 6). A lesion has the date of the scan that shows it (section 4, "Date").
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assess import axes, identified, observed, visit_order
from pipeline.assess.identified import TumorLesion
from pipeline.assess.observed import Observation
from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.tumor import Evaluator, Identification, Measure, Occasion, Result, Timing, TumorRead, TumorTables
from pipeline.model.visit import BASELINE, Visit
from pipeline.model.visit_name import plain

Tested = Mapping[str, Mapping[Decimal, dict[Measure, Result]]]
"""The results by link, visit and measure."""

_NOT_SEEN = {State.ABSENT, State.NOT_EVALUABLE}


@dataclass(frozen=True)
class Visits:
    """The visits of a reader in order: name and place by VISITNUM, their results, and the records marked as baseline.

    marked: the visit of the record of a lesion that is marked as its baseline.
    """

    names: Mapping[Decimal, str]
    place: Mapping[Decimal, Decimal]
    tested: Tested
    marked: Mapping[str, Decimal]

    def source(self, lesion: TumorLesion, number: Decimal) -> Decimal:
        """Return the visit whose rows a lesion has at a visit: at baseline that of the record marked so."""
        return self.marked.get(lesion.row.link, number) if self.names[number] == BASELINE else number


def reads(tables: TumorTables, too_small_mm: Decimal, start: dt.date | None = None) -> tuple[TumorRead, ...]:
    """Return one read per reader, in the order of --EVAL and --EVALID. start: of treatment, where it is known.

    1. A lesion has one role and one organ. Its fragments (TUSPLIT) add up to it from their
       first visit on; a mass (TUMERGE) stands for its parts, and its value counts once.
    2. A target or non-target without a row at a visit was not assessed there.
    3. A new lesion is there from the first visit where TU names it or TR shows it; where a
       later visit says nothing of it, it stays, unless it was equivocal or ABSENT before.

    Raises:
        InputError: a row of TR without its lesion in TU, one lesion with two roles, a key
            twice, a new lesion at or before baseline, two visits called BASELINE where there is one baseline, or
            results that contradict each other.
    """
    readers = {row.reader for row in tables.identified} | {row.reader for row in tables.results}
    return tuple(_read(tables, reader, too_small_mm, start) for reader in sorted(readers))


def _read(tables: TumorTables, reader: Evaluator, too_small_mm: Decimal, start: dt.date | None) -> TumorRead:
    rows = [row for row in tables.identified if row.reader == reader]
    results = [row for row in tables.results if row.reader == reader]
    lesions = identified.lesions(rows)
    tested = _tested(results, rows)
    _check_new(lesions.values(), tested)
    occasions = _occasions((*rows, *results))
    order = visit_order.arranged(occasions)
    names = {number: f"visit {plain(number)}" for number in order}
    place = {number: Decimal(count) for count, number in enumerate(order, start=1)}
    unseen = _baseline_without_disease(tables.subject, lesions.values(), order)
    warnings = [
        visit_order.contradiction(order, occasions),
        *visit_order.overlaps(order, occasions),
        *axes.doubts(tested),
    ]
    marked: dict[str, Decimal] = {}
    if names and not unseen:
        marked = _marked(results, place) or _marked(rows, place)
        flagged = set(marked.values())
        chosen = visit_order.baseline(order, occasions, flagged, start)
        names[chosen] = BASELINE
        warnings += visit_order.doubts(chosen, order, occasions, flagged, start)
    visits = Visits(names, place, tested, marked)
    named = {(row.link, number): row.timing.dtc for row in rows if (number := row.timing.number) is not None}
    findings: list[Finding] = []
    dtcs: dict[tuple[str, str], str] = {}
    own: dict[tuple[str, str], Mapping[Measure, Result]] = {}
    for lesion in lesions.values():
        for number, observation in _course(lesion, visits, too_small_mm):
            dtc = _shown_on(lesion, visits.source(lesion, number), tested, named) or occasions[number].dtc
            dtcs[names[number], lesion.row.link] = dtc
            own[names[number], lesion.row.link] = tested[lesion.row.link].get(visits.source(lesion, number), {})
            when = (names[number], visit_order.day(dtc))
            findings.append(_finding(tables.subject, reader, when, lesion.row, observation))
    return TumorRead(
        tables.study,
        tables.subject,
        reader,
        (*unseen, *(_visit(tables.subject, names[number], place[number], occasions[number]) for number in order)),
        {name: occasions[number] for number, name in names.items()},
        tuple(findings),
        dtcs,
        own,
        tuple(filter(None, warnings)),
        {names[each.number]: each for each in tables.sums if each.reader == reader and each.number in names},
    )


def _visit(subject: str, name: str, place: Decimal, occasion: Occasion) -> Visit:
    """A visit numbered by its place, so that what reads it asks neither date nor VISITNUM again."""
    return Visit(subject, name, visit_order.day(occasion.dtc), occasion.days, number=place)


def _marked(rows: Iterable[Identification | Result], place: Mapping[Decimal, Decimal]) -> dict[str, Decimal]:
    """The visit of the record that is marked as baseline, by lesion; the last of several."""
    marked: dict[str, Decimal] = {}
    for row in rows:
        number = row.timing.number
        if row.timing.baseline and number is not None:
            marked[row.link] = max(marked.get(row.link, number), number, key=place.__getitem__)
    return marked


def _shown_on(lesion: TumorLesion, number: Decimal, tested: Tested, named: Mapping[tuple[str, Decimal], str]) -> str:
    """--DTC of the scan that shows a lesion at a visit; empty where no row of it has one.

    Of a new lesion the first scan that shows it, of one in unequivocal progression the first that shows this, else
    the last one of the lesion, its fragments and its mass.
    """
    links = (lesion.row.link, *(row.link for row in lesion.fragments), *(mass for mass, _ in lesion.masses))
    results = [result for link in links for result in tested[link].get(number, {}).values()]
    if lesion.row.role is Role.NEW:
        showing = [result.timing.dtc for result in results if result.state not in _NOT_SEEN]
        return min(filter(None, (named.get((lesion.row.link, number), ""), *showing)), default="")
    progressed = [result.timing.dtc for result in results if result.state is State.PROGRESSED]
    if progressed:
        return min(filter(None, progressed), default="")
    return max((result.timing.dtc for result in results), default="")


def _baseline_without_disease(
    subject: str, lesions: Iterable[TumorLesion], order: Sequence[Decimal]
) -> tuple[Visit, ...]:
    """The baseline of a reader who found only new lesions: it has no rows, and stands before the first visit."""
    if not order or any(lesion.row.role is not Role.NEW for lesion in lesions):
        return ()
    return (Visit(subject, BASELINE, None, (), number=Decimal(0)),)


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
    wrong: list[str] = []
    for result in results:
        if result.link not in by_link:
            who = " ".join(part for part in result.reader if part)
            wrong.append(
                f"{result.place}, column TRLNKID: found {result.link!r}; allowed: a TULNKID that TU names for this "
                f"subject and reader{f' ({who})' if who else ''}: {', '.join(by_link) or 'none is named'}"
            )
            continue
        number = result.timing.number
        assert number is not None  # every row of TR has its visit
        first = by_link[result.link].setdefault(number, {}).setdefault(result.measure, result)
        if first is not result:
            wrong.append(
                f"{result.place}, columns TRLNKID, TRTESTCD, VISITNUM: found {result.link}, {result.measure.value}, "
                f"{plain(number)} as in {first.place} for the same reader; allowed: each once. Remove one of the rows."
            )
    if wrong:
        raise InputError("\n".join(wrong))
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
    """The visits by number: the first VISIT, the latest --DTC of the rows and its days, whether one is accepted."""
    by_number: dict[Decimal, list[Timing]] = {}
    baseline: Decimal | None = None
    for row in rows:
        number = row.timing.number
        if number is None:
            continue
        by_number.setdefault(number, []).append(row.timing)
        if row.timing.visit.upper() == BASELINE:
            baseline = number if baseline is None else baseline
            if baseline != number:
                raise InputError(
                    f"{row.place}, column VISIT: found {row.timing.visit!r} with VISITNUM {plain(number)}, "
                    "but another row of the subject and reader has it with another VISITNUM; allowed: one baseline"
                )
    return {number: _occasion(number, timings) for number, timings in by_number.items()}


def _occasion(number: Decimal, timings: Sequence[Timing]) -> Occasion:
    dtcs, visits = {timing.dtc for timing in timings}, {timing.visit for timing in timings}
    return Occasion(
        number,
        min(filter(None, visits), key=lambda visit: (visit.upper() != BASELINE, visit), default=""),
        max(dtcs),
        any(timing.accepted for timing in timings),
        tuple(sorted({date for dtc in dtcs if (date := visit_order.day(dtc)) is not None})),
    )


def _course(lesion: TumorLesion, visits: Visits, too_small_mm: Decimal) -> Iterator[tuple[Decimal, Observation]]:
    """Yield what each visit shows of a lesion; nothing where it was not assessed."""
    stays: Observation | None = None
    to_baseline = BASELINE in visits.names.values()
    for number, name in visits.names.items():
        observation = _at(lesion, visits.source(lesion, number), visits, too_small_mm)
        if lesion.row.role is Role.NEW:
            observation = _new(lesion, number, observation, stays)
            if to_baseline and observation is not None and observation.state not in _NOT_SEEN:
                raise InputError(
                    f"{observation.place}: found the new lesion {lesion.row.link} at VISITNUM "
                    f"{plain(number)}, {'the baseline' if name == BASELINE else 'before the baseline'} of "
                    "this reader; allowed: TARGET or NON-TARGET for a lesion seen at baseline"
                )
            stays = None if observation is None or observation.state in {State.ABSENT, State.EQUIVOCAL} else observation
        to_baseline = to_baseline and name != BASELINE
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


def _at(lesion: TumorLesion, number: Decimal, visits: Visits, too_small_mm: Decimal) -> Observation | None:
    tested = visits.tested
    own = tested[lesion.row.link].get(number)
    begun = (row.link for row in lesion.fragments if _begins(row, visits) <= visits.place[number])
    parts = list(dict.fromkeys(begun))  # TU may name a fragment at every visit
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


def _begins(row: Identification, visits: Visits) -> Decimal:
    """The place of the first visit of a fragment; infinite where no row has one."""
    named = [] if row.timing.number is None else [row.timing.number]
    shown = [visits.place[number] for number in (*named, *visits.tested[row.link])]
    return min(shown, default=Decimal("Infinity"))


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
