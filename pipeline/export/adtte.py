"""Rows of ADTTE from endpoint rows (rule book, section 6).

A row without a start date keeps its place: AVAL, ADT and CNSR are missing, EVNTDESC says why.
ICLDT and ICRDT enclose the event, (ICLDT, ICRDT]; ICL and ICR count their days as AVAL does.
"""

import datetime as dt
from collections.abc import Mapping

from pipeline.export.dataset import Cell
from pipeline.export.table import mark
from pipeline.model.endpoint import EndpointRow
from pipeline.model.parameters import LABELS

NO_READER: Mapping[str, Cell] = {}


def record(row: EndpointRow, study: str, evaluator: Mapping[str, Cell] = NO_READER) -> dict[str, Cell]:
    """Return one row of ADTTE by variable name, without its sequence number.

    evaluator: EVAL, EVALID and ACPTFL of the row, where they are known.
    """
    interval = row.interval
    after, by = (None, None) if interval is None else (interval.left, interval.right)
    return {
        "STUDYID": study,
        "USUBJID": row.subject,
        "PARAM": LABELS[row.paramcd],
        "PARAMCD": row.paramcd,
        "AVAL": row.days,
        "AVALU": "" if row.days is None else "DAYS",
        "STARTDT": row.start_date,
        "STARTDTF": row.start_imputed,
        "ADT": row.date,
        "ADTF": row.date_imputed,
        "CNSR": row.cnsr,
        "EVNTDESC": row.reason,
        "CNSDTDSC": row.censored_at,
        "ICLDT": after,
        "ICRDT": by,
        "ICL": _days(row.start_date, after),
        "ICR": _days(row.start_date, by),
        "RULESET": row.rule_set,
        "AVISIT": row.source_visit,
        "PROVFL": mark(row.provisional),
        "SRCDOM": row.traced.domain,
        "SRCVAR": row.traced.variable,
        "SRCSEQ": row.traced.sequence,
        **evaluator,
    }


def _days(start: dt.date | None, date: dt.date | None) -> int | None:
    return None if start is None or date is None else (date - start).days + 1
