"""The provisional rule on new lesions, from the golden table new_lesions.csv."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.model.flags import Flag
from pipeline.model.lesion import State
from pipeline.model.protocol import NewLesions
from pipeline.track import new_lesions

with (Path(__file__).parents[1] / "golden" / "new_lesions.csv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table))


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_golden_table(row: dict[str, str]) -> None:
    seen = new_lesions.NewLesionCandidate(
        long_axis_mm=Decimal(row["long_mm"]),
        confidence=float(row["confidence"]),
        covered_before=row["covered"] == "yes",
        weak_before=row["weak_before"] == "yes",
        counted_before=row["counted_before"] == "yes",
    )
    verdict = new_lesions.verdict(seen, NewLesions())
    assert verdict.state is State(row["state"])
    assert len(verdict.reasons) == int(row["reasons"])
    assert verdict.flags == ((Flag.EQUIVOCAL_NEW,) if verdict.state is State.EQUIVOCAL else ())


def test_thresholds_are_the_protocols() -> None:
    seen = new_lesions.NewLesionCandidate(Decimal("7.0"), 0.4, covered_before=True)
    assert new_lesions.verdict(seen, NewLesions(min_long_axis_mm=Decimal(7), min_confidence=0.4)).state is State.PRESENT
    reasons = new_lesions.verdict(seen, NewLesions()).reasons
    assert reasons == ("long axis 7.0 mm, below 10 mm", "confidence 0.40, below 0.60")
