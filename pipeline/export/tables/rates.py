"""rates.csv: how many responded, of whom, with the exact interval (`derive --rates`)."""

from dataclasses import dataclass

from pipeline.export.column import Layout, own
from pipeline.export.form import INTEGER, TEXT, fixed


@dataclass(frozen=True)
class RateRow:
    """One rate of one reader in one arm and denominator; percent and limits are None of nobody."""

    rate: str
    meaning: str
    evaluator: str
    arm: str
    denominator: str
    definition: str
    count: int
    of: int
    percent: float | None
    lower: float | None
    upper: float | None


_NOBODY = "empty where nobody is in the denominator"

RATES: Layout[RateRow] = Layout(
    "rates.csv",
    "one rate of one evaluator in one denominator and arm",
    (
        own("rate", "", "ORR, CORR, DCR or CBR", TEXT),
        own("meaning", "", "What counts as success", TEXT),
        own("evaluator", "", "Whose responses", TEXT),
        own("arm", "", "TRT01P of ADSL, or all", TEXT),
        own("denominator", "", "ITT or EVALUABLE", TEXT),
        own("definition", "", "Who is in the denominator", TEXT),
        own("count", "", "Subjects with success", INTEGER),
        own("of", "", "Subjects in the denominator", INTEGER),
        own("percent", "%", f"100 x count / of; {_NOBODY}", fixed(1)),
        own("lower", "%", f"Lower limit of the exact 95 % interval (Clopper-Pearson); {_NOBODY}", fixed(1)),
        own("upper", "%", f"Upper limit; {_NOBODY}", fixed(1)),
    ),
)
"""Percentages at 0.1."""
