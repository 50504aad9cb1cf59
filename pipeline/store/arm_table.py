"""Read who is in which arm: a table of subject and arm, or ADSL itself.

In ADSL the arm is the planned treatment TRT01P, for an estimate by randomization (ADaMIG 1.3, section 3.2); where the
table does not have it the planned arm ARM, else the actual arm ACTARM (SDTMIG 3.4, section 5.2). Only unblinded
commands read this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.model.errors import InputError
from pipeline.store import datasets, layout_rows
from pipeline.store.faults import Faults, recorded
from pipeline.store.input_tables import ARMS, ArmRow
from pipeline.store.table_forms.conversions import Conversions

COLUMNS = ("TRT01P", "ARM", "ACTARM")
"""Columns of ADSL that hold an arm; the first that is there is taken."""


@dataclass(frozen=True)
class Arms:
    """The arm of each subject; of ADSL the notes say which column it is and how many have none."""

    by_subject: Mapping[str, str]
    notes: tuple[str, ...] = ()


def read(path: Path, conversions: Conversions | None = None, faults: Faults | None = None) -> Arms:
    """Return the arm of each subject without a fault; a subject of ADSL with an empty arm has none.

    A subject that stands twice is a fault.

    Raises:
        InputError: the table cannot be read, ADSL without any of the columns or without any arm in it; without faults
            also those of rows: file, row, column, what was found and what is allowed.
    """
    with recorded(faults) as kept:
        if "USUBJID" in datasets.header(path):
            arms = _of_adsl(path, conversions, kept)
        else:
            rows = layout_rows.read(path, ARMS, conversions, kept)
            made = kept.each(rows, lambda row: ArmRow(**layout_rows.fields(row, ARMS)), layout_rows.SUBJECT)
            arms = Arms({row.subject: row.arm for row in made})
    return replace(arms, by_subject={name: arm for name, arm in arms.by_subject.items() if not kept.of(name)})


def _of_adsl(path: Path, conversions: Conversions | None, faults: Faults) -> Arms:
    names = datasets.header(path)
    column = next((name for name in COLUMNS if name in names), None)
    if column is None:
        raise InputError(
            f"{path.name} row 1: missing column {', '.join(COLUMNS)}; allowed: ADSL with one of these, or a table of "
            "subject and arm"
        )
    first: dict[str, int] = {}
    arms: dict[str, str] = {}
    for row in datasets.read(path, ("USUBJID", column), conversions=conversions, faults=faults):
        subject = row.required("USUBJID")
        if first.setdefault(subject, row.number) != row.number:
            faults.add(row.wrong("USUBJID", f"each subject once; row {first[subject]} has it"), subject)
        elif row.text(column):
            arms[subject] = row.text(column)
    if not arms:
        raise InputError(f"{path.name}, column {column}: found no arm; allowed: the arm of each subject")
    without = len(first) - len(arms)
    lacking = f"; {without} of {len(first)} subjects have none" if without else ""
    return Arms(arms, (f"{path.name}: the arm is {column}{lacking}",))
