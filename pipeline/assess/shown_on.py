"""Which --DTC a progression has in a read of tables: that of the scan that shows it (rule book, section 4, "Date")."""

from collections.abc import Iterable, Iterator

from pipeline.assess import visit_order
from pipeline.assess.method import Read
from pipeline.model.lesion import State
from pipeline.model.response import Explained, NewLesion, Response
from pipeline.model.tumor import TumorRead


def dtcs(read: TumorRead, assessed: Read) -> dict[str, str]:
    """Return --DTC of the responses of a visit that are a progression, by RSTESTCD.

    Dates stand as the table has them, with their time. Where the scan of a lesion that shows the progression has a
    partial date it is the one that comes first as text, so that 2014-02 stands before 2014-02-03.
    """
    new = list(_new(assessed))
    progressed = [name for name, state in assessed.non_target.states if state == State.PROGRESSED.value]
    shown = {
        "TRGRESP": _shown(read, assessed, assessed.target, ()),
        "NTRGRESP": _shown(read, assessed, assessed.non_target, progressed),
        "OVRLRESP": _shown(read, assessed, assessed.overall, (*progressed, *new)),
    }
    if assessed.new_lesions.answer is NewLesion.YES:
        shown["NEWLPROG"] = min(
            filter(None, (read.dtcs.get((assessed.visit.name, name), "") for name in new)), default=""
        )
    return {test: dtc for test, dtc in shown.items() if dtc}


def _new(assessed: Read) -> Iterator[str]:
    for name, answer in assessed.new_lesions.lesions:
        if answer != NewLesion.EQUIVOCAL.value:
            yield name


def _shown(read: TumorRead, assessed: Read, explained: Explained, lesions: Iterable[str]) -> str:
    """--DTC of one response; empty where it is no progression or that of the visit holds."""
    if not _is_progression(explained.response):
        return ""
    own = {dtc for (visit, _), dtc in read.dtcs.items() if visit == assessed.visit.name}
    partial = [
        dtc
        for name in lesions
        if (dtc := read.dtcs.get((assessed.visit.name, name), "")) and visit_order.day(dtc) is None
    ]
    whole = [] if explained.date is None else sorted(dtc for dtc in own if visit_order.day(dtc) == explained.date)
    known = whole[:1] or ([] if explained.date is None else [explained.date.isoformat()])
    return min((*known, *partial), default="")


def _is_progression(response: Response) -> bool:
    return response in {Response.PD, Response.IUPD, Response.ICPD}
