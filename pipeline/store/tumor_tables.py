"""Read SDTM TU and TR as facts about lesions, subject by subject.

Only the form is judged here: columns, numbers, units, dates, terms. What the facts mean for a
lesion at a visit is decided in pipeline.assess.tumors.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pipeline.assess import anatomy
from pipeline.model.errors import InputError
from pipeline.model.lesion import Organ, Role, State
from pipeline.model.tumor import Evaluator, Identification, Identified, Measure, Result, Timing, TumorTables
from pipeline.store import datasets, result_texts, row_groups, stated_sums, tumor_units
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults
from pipeline.store.table_forms.conversions import Conversions

Value = tuple[Decimal | None, State | None]
Notes = Counter[str]
"""What was passed over, and how often."""

_ROLES = {"TARGET": Role.TARGET, "NON-TARGET": Role.NON_TARGET, "NEW": Role.NEW}
STATES = {
    "PRESENT": State.PRESENT,
    "ABSENT": State.ABSENT,
    "UNEQUIVOCAL": State.PRESENT,
    "EQUIVOCAL": State.EQUIVOCAL,
    "UNEQUIVOCAL PROGRESSION": State.PROGRESSED,
    "TOO SMALL TO MEASURE": State.TOO_SMALL,
    "NOT EVALUABLE": State.NOT_EVALUABLE,
    "NE": State.NOT_EVALUABLE,
    "PATHOLOGICAL": State.PRESENT,
    "NON-PATHOLOGICAL": State.ABSENT,
}
"""What TR may say in words, and the state that it is."""
_IN_A_NUMBER = {State.ABSENT, State.TOO_SMALL, State.NOT_EVALUABLE}
_NOT_EVALUABLE: Value = (None, State.NOT_EVALUABLE)
"""What a row says that has no result, or none that could be told."""
WORDS = {Measure.STATE, Measure.NODE_STATE}
_MEASURES = {measure.value: measure for measure in Measure}
_IDENTIFIED = {kind.value: kind for kind in Identified}
_OF_TU = ("USUBJID", "TULNKID")
_OF_TR = ("USUBJID", "TRLNKID", "TRTESTCD", "VISITNUM")
_VALUE = ("TRSTRESN", "TRSTRESC", "TRORRES", "TRSTRESU", "TRORRESU", "TRSTAT")
_DATES = ("TUDTC", "TRDTC")
_EVALUATOR = {prefix: (f"{prefix}EVAL", f"{prefix}EVALID") for prefix in ("TU", "TR")}
_KEYS = {prefix: (f"{prefix}LNKID", f"{prefix}TESTCD", "VISITNUM", *_EVALUATOR[prefix]) for prefix in ("TU", "TR")}
"""Columns that tell the rows of a subject apart."""
_FLAGS = {prefix: (f"{prefix}LOBXFL", f"{prefix}BLFL") for prefix in ("TU", "TR")}
"""Flags of a baseline record: last observation before exposure (SDTM 1.7 and later), baseline (before)."""
_TIMING = {prefix: ("VISITNUM", "VISIT", f"{prefix}DTC", f"{prefix}ACPTFL", *_FLAGS[prefix]) for prefix in ("TU", "TR")}
_RESULTS = ("TRSTRESN", "TRSTRESC", "TRORRES")
_ABOUT_ALL = frozenset({"SUMDIAM", "SUMNLNLD", "SUMVDIAM", "SUMVOL", "ACNSD", "PCBSD", "PCNSD", "PCBSV", "ACNVOL"})
"""Tests of TR about the sum, which is computed anew."""
_NO_WORDS: Mapping[str, Organ] = {}
"""Where the user maps no location."""


def subjects(
    tu: Path,
    tr: Path,
    *,
    needs_location: bool,
    faults: Faults,
    sort: bool = False,
    own: Mapping[str, Organ] = _NO_WORDS,
    conversions: Conversions | None = None,
) -> Iterator[TumorTables]:
    """Yield the tables of one subject after the other; those with a fault too, so that all that is wrong is named.

    In memory is one subject at a time where the rows of a subject stand together; with sort
    both tables are first sorted by USUBJID on disk, so that they need not. What is passed
    over is counted in the notes of faults. own: the organs of locations that the user maps (store.tables.read_anatomy).

    Raises:
        FaultsError: a table as a whole cannot be used; every fault is named.
        ScatteredError: without sort, the rows of a subject do not stand together; what was
            yielded must not be used.
    """
    opened = [_opened(path, columns, faults, conversions) for path, columns in ((tu, _OF_TU), (tr, _OF_TR))]
    faults.check()
    identified, results = (row_groups.sorted_on_disk(rows, "USUBJID") if sort else rows for rows in opened)
    yielded, stop = set[str](), False
    for subject, of_tu, of_tr in row_groups.paired(identified, results, "USUBJID"):
        for error in _lacking(of_tu[:1], of_tr[:1], needs_location):
            faults.add(error)
            stop = True
        if stop:
            break
        tables = _subject(subject, of_tu, of_tr, needs_location=needs_location, faults=faults, own=own)
        yield tables
        if not faults.of(subject):
            yielded.add(subject)
    faults.check()
    if any(subject in yielded for subject in faults.subjects):
        raise row_groups.ScatteredError("a row with a fault stands apart from the others of its subject")


def _opened(path: Path, columns: Sequence[str], faults: Faults, conversions: Conversions | None) -> Iterator[Row]:
    try:
        return datasets.read(path, columns, conversions=conversions, faults=faults, dates=_DATES)
    except InputError as error:
        faults.add(error)
        return iter(())


def _subject(
    subject: str,
    of_tu: list[Row],
    of_tr: list[Row],
    *,
    needs_location: bool,
    faults: Faults,
    own: Mapping[str, Organ],
) -> TumorTables:
    """Return what the rows of a subject say; each that is wrong is a fault."""
    if needs_location:
        for row in of_tu:
            if not row.text("TULOC") and row.text("TUTESTCD") in {"", Identified.TUMOR.value}:
                faults.add(row.wrong("TULOC", "a location, as LIVER, for the scope liver needs it"), subject)
    for error in _baselines(of_tr):
        faults.add(error, subject)
    of_tu, of_tr = _once(of_tu, "TU", faults, subject), _once(of_tr, "TR", faults, subject)
    identified = faults.each(of_tu, lambda row: _identification(row, faults.notes, own), "USUBJID")
    results = faults.each(of_tr, lambda row: _result(row, faults.notes), "USUBJID")
    tables = TumorTables(
        next((row.text("STUDYID") for row in (*of_tr, *of_tu) if row.text("STUDYID")), ""),
        subject,
        tuple(row for row in identified if row is not None),
        tuple(row for row in results if row is not None),
        tuple(stated_sums.of_rows(of_tr)),
    )
    unnamed = bool(of_tu) and faults.of(subject, of_tu[0].file)
    return tables.identifiable() if unnamed else tables


def _lacking(of_tu: list[Row], of_tr: list[Row], needs_location: bool) -> Iterator[InputError]:
    """Yield an error for each column that a table lacks, where of several one is needed or the scope needs it."""
    for rows, columns in ((of_tu, ("TUSTRESC", "TUORRES")), (of_tr, _RESULTS)):
        for row in rows:
            if not any(column in row.cells for column in columns):
                yield InputError(
                    f"{row.file} row 1: missing column {' or '.join(columns)}; found: {', '.join(row.cells)}"
                )
    for row in of_tu if needs_location else []:
        if "TULOC" not in row.cells:
            yield InputError(
                f"{row.file} row 1: missing column TULOC; the scope liver needs the location of every lesion. "
                "Add TULOC or choose --scope whole-body."
            )


def _once(rows: list[Row], prefix: str, faults: Faults, subject: str) -> list[Row]:
    """Return the rows without those that agree with an earlier one in every column but --SEQ.

    A result of TR that a reader has twice at a visit otherwise is a fault; where the days differ both are named.
    """
    kept: list[Row] = []
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        cells = row.cells
        known = first.setdefault(tuple([cells.get(column, "") for column in _KEYS[prefix]]), row)
        if known is row:
            kept.append(row)
        elif _without(row, f"{prefix}SEQ") == _without(known, f"{prefix}SEQ"):
            faults.notes[f"{row.file}: rows that agree with another in every column but {prefix}SEQ count once"] += 1
        elif prefix == "TU" or cells["TRTESTCD"].upper() in _ABOUT_ALL:
            kept.append(row)
        else:
            faults.add(_repeated(row, known), subject)
    return kept


def _without(row: Row, column: str) -> dict[str, str]:
    return {name: cell for name, cell in row.cells.items() if name != column}


def _repeated(row: Row, known: Row) -> InputError:
    columns = _KEYS["TR"][:3]
    days = known.text("TRDTC"), row.text("TRDTC")
    when = f" on {days[1] or 'no date'} and on {days[0] or 'no date'}" if days[0] != days[1] else ""
    return InputError(
        f"{row.file} row {row.number}, columns {', '.join(columns)}: found {', '.join(map(row.text, columns))}{when} "
        f"as in {known.file} row {known.number} for the same reader; allowed: each once. Remove one of the rows"
        f"{', or give the scans a visit each' if when else ''}."
    )


def _baselines(rows: list[Row]) -> Iterator[InputError]:
    """Yield what is wrong where a table flags baselines: a measure of a lesion has one."""
    called: dict[tuple[str, ...], Row] = {}
    for flag in _FLAGS["TR"]:
        for row in rows if rows and flag in rows[0].cells else []:
            if row.text(flag).upper() != "Y":
                continue
            key = (flag, *_evaluator(row, "TR"), row.text("TRLNKID"), row.text("TRTESTCD"))
            first = called.setdefault(key, row)
            if first is not row:
                yield row.wrong(flag, f"empty, for row {first.number} is the baseline of this lesion, test and reader")


def _identification(row: Row, notes: Notes, own: Mapping[str, Organ]) -> Identification | None:
    test = row.text("TUTESTCD").upper() or Identified.TUMOR.value
    if test not in _IDENTIFIED:
        notes[f"{row.file}: TUTESTCD {test} is passed over; read are {', '.join(_IDENTIFIED)}"] += 1
        return None
    location = row.text("TULOC").upper()
    if not location:
        notes[f"{row.file}: no TULOC, so that the lesion is taken for no node and for extrahepatic"] += 1
    column = "TUSTRESC" if row.text("TUSTRESC") else "TUORRES"
    role = _ROLES.get(row.text(column).upper())
    if role is None:
        raise row.wrong(column, ", ".join(_ROLES))
    return Identification(
        f"{row.file} row {row.number}",
        _evaluator(row, "TU"),
        row.required("TULNKID"),
        _IDENTIFIED[test],
        role,
        _organ(row.file, location, notes, own),
        _timing(row, "TU"),
    )


def _result(row: Row, notes: Notes) -> Result | None:
    test = row.required("TRTESTCD").upper()
    measure = _MEASURES.get(test)
    if measure is None:
        if test not in _ABOUT_ALL:
            notes[f"{row.file}: TRTESTCD {test} is passed over; read are {', '.join(_MEASURES)}"] += 1
        return None
    cells = row.cells
    value = _known_value(measure, *[cells.get(column, "") for column in _VALUE]) or _value(row, measure)
    if value == _NOT_EVALUABLE and cells.get("TRSTRESN"):
        notes[f"{row.file}: TRSTRESN beside a result NOT EVALUABLE is not used; the lesion is NE at the visit"] += 1
    if value[0] and not (cells.get("TRSTRESU") or cells.get("TRORRESU")):
        notes[f"{row.file}: {measure.value} without a unit is taken for {tumor_units.standard(measure)}"] += 1
    return Result(
        f"{row.file} row {row.number}",
        _evaluator(row, "TR"),
        row.required("TRLNKID"),
        measure,
        *value,
        _timing(row, "TR"),
        int(sequence) if (sequence := cells.get("TRSEQ", "")).isdigit() else None,
    )


@lru_cache(maxsize=65536)
def _known_value(measure: Measure, *cells: str) -> Value | None:
    """What cells say that were judged before; None where they are wrong, so that the row is judged and named."""
    try:
        return _value(Row("", 0, dict(zip(_VALUE, cells, strict=True))), measure)
    except InputError:
        return None


def _value(row: Row, measure: Measure) -> Value:
    filled = [column for column in _RESULTS if row.text(column)]
    status = row.text("TRSTAT").upper()
    if status and status != "NOT DONE":
        raise row.wrong("TRSTAT", "NOT DONE, or empty")
    if status and filled:
        raise row.wrong(filled[0], "empty, for TRSTAT is NOT DONE")
    if not filled:
        return _NOT_EVALUABLE
    if measure in WORDS:
        column = filled[1] if filled[0] == "TRSTRESN" and len(filled) > 1 else filled[0]
        state = STATES.get(row.text(column).upper())
        if state is None:
            raise row.wrong(column, ", ".join(STATES))
        return None, state
    state = _word_of_a_number(row)
    column = filled[0]
    if state is State.NOT_EVALUABLE or (state is not None and column != "TRSTRESN"):
        return None, state
    number = _number(row, measure, column)
    if state is None and column == "TRSTRESN":
        _check_texts(row, measure, number)
    return number, state


def _check_texts(row: Row, measure: Measure, number: Decimal) -> None:
    """Hold the texts of a result against its number, each in its unit; TRORRES without one may have any."""
    units, plain = tumor_units.UNITS[measure], row.coordinate("TRSTRESN")
    factor = number / plain if plain else Decimal(1)
    original = row.text("TRORRESU").upper()
    for column, factors in (("TRSTRESC", [factor]), ("TRORRES", [units[original]] if original else units.values())):
        if not result_texts.agree(row.text(column), factors, number):
            unit = tumor_units.standard(measure)
            stated = f"{row.text('TRSTRESN')} {row.text('TRSTRESU')}".strip()
            raise row.wrong(column, f"what TRSTRESN says, {stated}, which is {number.normalize():f} {unit}")


def _word_of_a_number(row: Row) -> State | None:
    """What TRSTRESC or TRORRES says in words beside or instead of the number; a word that nobody knows is refused."""
    for column in ("TRSTRESC", "TRORRES"):
        state = STATES.get(row.text(column).upper())
        if state in _IN_A_NUMBER:
            return state
    column = "TRSTRESC" if row.text("TRSTRESC") else "TRORRES"
    text = row.text(column).upper()
    if text and text not in STATES and row.text("TRSTRESN") and not any(letter.isdigit() for letter in text):
        raise row.wrong(column, f"a number, or one of {', '.join(STATES)}, beside the number in TRSTRESN")
    return None


def _number(row: Row, measure: Measure, column: str) -> Decimal:
    value = row.coordinate(column) if measure is Measure.DENSITY else row.length(column)
    assert value is not None  # the column is one that is not empty
    factors = tumor_units.UNITS[measure]
    for unit in ("TRSTRESU", "TRORRESU"):
        if row.text(unit) and row.text(unit).upper() not in factors:
            raise row.wrong(unit, f"a unit of {measure.value}: {tumor_units.shown(factors)}")
    standard, original = row.text("TRSTRESU").upper(), row.text("TRORRESU").upper()
    if column == "TRORRES":
        if not original:
            raise row.wrong("TRORRESU", f"a unit of {measure.value}: {tumor_units.shown(factors)}")
        return value * factors[original]
    if not standard and original and row.text("TRORRES") == row.text(column):
        standard = original  # the standard result is a plain copy of the original one
    return value * factors[standard] if standard else value


def _evaluator(row: Row, prefix: str) -> Evaluator:
    kind, name = _EVALUATOR[prefix]
    return Evaluator(row.cells.get(kind, ""), row.cells.get(name, ""))


def _timing(row: Row, prefix: str) -> Timing:
    cells = row.cells
    columns = [cells.get(column, "") for column in _TIMING[prefix]]
    return _known_timing(prefix, *columns) or _timing_of(row, prefix)


@lru_cache(maxsize=65536)
def _known_timing(prefix: str, *cells: str) -> Timing | None:
    """What cells say that were judged before; None where they are wrong, so that the row is judged and named."""
    try:
        return _timing_of(Row("", 0, dict(zip(_TIMING[prefix], cells, strict=True))), prefix)
    except InputError:
        return None


def _timing_of(row: Row, prefix: str) -> Timing:
    date = row.partial_date(f"{prefix}DTC")
    number = row.decimal("VISITNUM") if prefix == "TR" or row.text("VISITNUM") else None
    accepted = row.text(f"{prefix}ACPTFL").upper()
    if accepted not in {"", "Y", "N"}:
        raise row.wrong(f"{prefix}ACPTFL", "Y, or empty")
    number = None if number is None else number.normalize()  # 2.0 is 2
    baseline = any(row.text(flag).upper() == "Y" for flag in _FLAGS[prefix])
    return Timing(number, row.text("VISIT"), "" if date is None else date.text, accepted == "Y", baseline)


def _organ(file: str, location: str, notes: Notes, own: Mapping[str, Organ]) -> Organ:
    if not location:
        return Organ.OTHER
    organ = anatomy.organ(location, own)
    if organ is None:
        notes[
            f"{file}: TULOC {location!r} is a word that nobody mapped, so that the lesion is taken for no node and for "
            "extrahepatic; map it by --anatomy"
        ] += 1
    return organ or Organ.OTHER
