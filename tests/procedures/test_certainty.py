"""A row for every time point that is PD, with what applies to it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.export.tables.certainty import CERTAINTY
from pipeline.model.certainty import CertaintyRow
from pipeline.model.flags import Flag
from pipeline.model.protocol import Protocol
from pipeline.procedures import certainty
from tests.builders import histories
from tests.builders.trials import retnet


def _rows(text: str, protocol: Protocol | None = None) -> tuple[CertaintyRow, ...]:
    visits, findings = histories.lesions(text)
    return _by_recist11(certainty.rows(histories.SUBJECT, visits, findings, protocol or retnet()))


def _by_recist11(rows: tuple[CertaintyRow, ...]) -> tuple[CertaintyRow, ...]:
    return tuple(row for row in rows if row.criterion == "recist11")


def test_a_clear_and_a_narrow_call() -> None:
    narrow, clear = _rows("T1=50 T2=50|T1=60 T2=60|T1=110 T2=110")
    assert (narrow.visit, clear.visit) == ("W12", "W24")
    assert narrow.flip is not None
    assert narrow.flip.chance == pytest.approx(0.5, abs=0.02)
    assert clear.flip is not None
    assert clear.flip.chance < 0.001
    assert narrow.pd_rule == "recist11.target.pd"
    assert narrow.note == ""


def test_stable_disease_has_no_row() -> None:
    assert _rows("T1=50|T1=55") == ()


def test_a_new_lesion_alone_flips_nothing() -> None:
    (row,) = _rows("T1=50|T1=50 NL1=12")
    assert (row.flip, row.note) == (None, certainty.NOT_BY_SUM)
    assert row.pd_rule == "recist11.overall.pd_new_lesion"
    assert row.share is not None
    assert row.share.share == 0


def test_a_sum_beside_a_new_lesion_says_so() -> None:
    (row,) = _rows("T1=50|T1=70 NL1=12")
    assert row.flip is not None
    assert 0 < row.flip.chance < 0.5
    assert row.note == certainty.ALSO_OTHER


def test_reappearance_does_not_rest_on_the_sum() -> None:
    (row,) = _rows("T1=50|T1=0|T1=12")
    assert (row.pd_rule, row.flip, row.note) == ("recist11.target.pd_reappeared", None, certainty.NOT_BY_SUM)


def test_measured_non_targets_are_other_choices() -> None:
    """T1 T2 grow, NT1 does not: T1 T2 (+40 %) and either with NT1 (90 to 110 mm, +22 %) are PD; with NT2 alike."""
    (row,) = _rows("T1=50 T2=50 NT1=40 NT2=8|T1=70 T2=70 NT1=40 NT2=8")
    assert row.share is not None
    assert (row.share.share, row.share.choices) == (1.0, 3)


def test_a_non_target_without_a_length_is_no_choice() -> None:
    (row,) = _rows("T1=50 NT1=present|T1=70 NT1=present")
    assert row.share is not None
    assert row.share.choices == 1


def test_a_lesion_below_the_size_of_a_target_is_no_choice() -> None:
    (row,) = _rows("T1=9 NT1=9.9|T1=20 NT1=9.9")
    assert row.share is None


def test_a_barred_lesion_counts_as_the_engine_counts_it() -> None:
    """A late switch of phase bars T2 at W12: T1 alone, 130 mm against 100, is PD by the subset."""
    visits, findings = histories.lesions("T1=50* T2=50*|T1=130* T2=20*")
    flagged = [
        replace(found, flags=(Flag.PHASE_SWITCH,)) if (found.lesion, found.visit) == ("T2", "W12") else found
        for found in findings
    ]
    values = retnet().model_dump()
    values["criteria"]["recist11"]["barred_by"] = ("PHASE_SWITCH",)
    protocol = Protocol.model_validate(values)
    (row,) = _by_recist11(certainty.rows(histories.SUBJECT, visits, flagged, protocol))
    assert row.pd_rule == "recist11.target.pd_subset"
    assert row.flip is not None
    assert row.flip.chance == pytest.approx(0.259, abs=0.02), "normal with mean 10 and SD 0.121 x sqrt(16300) mm"


def test_a_visit_before_does_not_change_the_draws_of_a_row() -> None:
    first = _rows("T1=50|T1=65")
    assert first == _rows("T1=50|T1=65|T1=50")


def test_the_table() -> None:
    rows = (*_rows("T1=50|T1=65"), *_rows("T1=50|T1=50 NL1=12"))
    table = CERTAINTY.table(rows)
    narrow, new = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    assert narrow["flip_chance"] == f"{Decimal(repr(rows[0].flip.chance)):.4f}" if rows[0].flip else ""
    assert (narrow["draws"], narrow["seed"], narrow["choices"]) == ("10000", "20210301", "1")
    assert (narrow["share_pd"], narrow["share_se"], narrow["enumerated"]) == ("1.0000", "0.0000", "Y")
    assert (new["flip_chance"], new["se"], new["draws"], new["note"]) == ("", "", "", certainty.NOT_BY_SUM)
    assert new["share_pd"] == "0.0000"
