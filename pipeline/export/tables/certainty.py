"""certainty.csv: how sure each call of PD is (docs/methods/certainty.md)."""

from pipeline.export.column import Column, Layout, own
from pipeline.export.form import INTEGER, TEXT, TRUTH, fixed
from pipeline.export.tables import common
from pipeline.model.certainty import CertaintyRow

_NO_CHANCE = "empty where PD does not rest on the sum"
_NO_CHOICE = "empty where no lesion could have been a target"

CERTAINTY: Layout[CertaintyRow] = Layout(
    "certainty.csv",
    "one time point that is PD by one criterion; by subject, criterion, date",
    (
        common.SUBJECT,
        own("visit", "", "Name of the visit; in a table of `respond` VISIT, else VISITNUM", TEXT),
        own(
            "criterion",
            "",
            "Name of the criterion; one that may decide in the protocol's scope is read there, another in the liver",
            TEXT,
        ),
        own("pd_rule", "", "Rule of the target sum where that is PD, else of the overall response", TEXT),
        Column(
            "flip_chance",
            "",
            f"Chance from 0 to 1 that another reader's values would not be PD by the target sum; {_NO_CHANCE}",
            fixed(4),
            lambda row: row.flip and row.flip.chance,
        ),
        Column(
            "se",
            "",
            f"Standard error of flip_chance by the draws alone; {_NO_CHANCE}",
            fixed(4),
            lambda row: row.flip and row.flip.se,
        ),
        Column(
            "draws",
            "",
            f"How many second readers were drawn; {_NO_CHANCE}",
            INTEGER,
            lambda row: row.flip and row.flip.draws,
        ),
        Column(
            "seed",
            "",
            f"Seed of the draws, of the protocol; {_NO_CHANCE}",
            INTEGER,
            lambda row: row.flip and row.flip.seed,
        ),
        Column(
            "choices",
            "",
            f"How many legal target choices were judged; {_NO_CHOICE}",
            INTEGER,
            lambda row: row.share and row.share.choices,
        ),
        Column(
            "share_pd",
            "",
            f"Share from 0 to 1 of them that are PD at this visit too; {_NO_CHOICE}",
            fixed(4),
            lambda row: row.share and row.share.share,
        ),
        Column(
            "share_se",
            "",
            f"Standard error of share_pd, 0 where all choices were judged; {_NO_CHOICE}",
            fixed(4),
            lambda row: row.share and row.share.se,
        ),
        Column(
            "enumerated",
            "",
            f"Whether all choices were judged (Y) or a part was drawn (N); {_NO_CHOICE}",
            TRUTH,
            lambda row: row.share and row.share.enumerated,
        ),
        own("note", "", "Why there is no chance, or that the time point is PD for another reason as well", TEXT),
        own("reader", "", "Who read, in a table of `respond`; empty for the accepted findings of a study", TEXT),
    ),
)
"""Chances and shares at 0.0001."""
