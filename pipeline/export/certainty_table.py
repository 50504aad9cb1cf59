"""certainty.csv: how sure each call of PD is (docs/methods/certainty.md)."""

from collections.abc import Iterable

from pipeline.export.table import Table, rounded
from pipeline.model.certainty import CertaintyRow

COLUMNS = (
    *("subject", "visit", "criterion", "pd_rule", "flip_chance", "se", "draws", "seed"),
    *("choices", "share_pd", "share_se", "enumerated", "note", "reader"),
)


def certainty_rows(rows: Iterable[CertaintyRow]) -> Table:
    """Return certainty.csv in the order of its rows; chances and shares at 0.0001, empty where they do not apply."""
    return Table(COLUMNS, tuple(_row(row) for row in rows))


def _row(row: CertaintyRow) -> tuple[str, ...]:
    flip, share = row.flip, row.share
    return (
        *(row.subject, row.visit, row.criterion, row.pd_rule),
        *(("",) * 4 if flip is None else _numbers(flip.chance, flip.se, flip.draws, flip.seed)),
        "" if share is None else str(share.choices),
        *(("",) * 3 if share is None else (rounded(share.share, 4), rounded(share.se, 4), _yes(share.enumerated))),
        row.note,
        row.reader,
    )


def _numbers(chance: float, se: float, draws: int, seed: int) -> tuple[str, ...]:
    return rounded(chance, 4), rounded(se, 4), str(draws), str(seed)


def _yes(value: bool) -> str:
    return "Y" if value else "N"
