"""Make a whole simulated trial: TU, TR, RS, ADSL, arms and truth as CSV."""

from pathlib import Path

from pipeline.assess.criteria import recist11
from pipeline.export.table import Table
from pipeline.model.scope import Scope
from pipeline.model.standard_protocol import STANDARD
from pipeline.procedures import respond
from pipeline.simulate.trial import sdtm, subject
from pipeline.simulate.trial.design import Design
from pipeline.store import place
from pipeline.store import tables as files
from pipeline.store.input_tables import ARMS, ArmRow
from pipeline.store.truth_table import TRUTH


def make(out: Path, design: Design) -> None:
    """Write TU.csv, TR.csv, RS.csv, ADSL.csv, arms.csv and truth.csv; the same design gives the same bytes.

    RS is what `hepatrack respond` makes of TU and TR by default: RECIST 1.1 in the whole body.
    The arm stands in arms.csv alone; truth.csv holds what no trial knows.

    Raises:
        InputError: nothing can be written there.
    """
    place.check(out)
    subjects = [subject.draw(design, number) for number in range(design.subjects)]
    made = sdtm.tables(design, subjects)
    written = {
        "TU.csv": Table(sdtm.TU_COLUMNS, made.tu),
        "TR.csv": Table(sdtm.TR_COLUMNS, made.tr),
        "ADSL.csv": Table(sdtm.ADSL_COLUMNS, made.adsl),
        ARMS.file: ARMS.table(ArmRow(each.name, design.arms[each.course.arm]) for each in subjects),
        TRUTH.file: TRUTH.table(subjects),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, table in written.items():
        files.write_csv(table, out / name)
    order = respond.Order(out / "TU.csv", out / "TR.csv", recist11.CRITERION, Scope.WHOLE_BODY, STANDARD)
    respond.respond(order, out / "RS.csv")
