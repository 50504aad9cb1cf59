"""conformance.csv: what our checks of CDISC tables tell (`check`, and every export)."""

from pipeline.export.column import Layout, own
from pipeline.export.conformance.breach import ConformanceRow
from pipeline.export.form import INTEGER, TEXT, TEXT_OR_EMPTY

CONFORMANCE: Layout[ConformanceRow] = Layout(
    "conformance.csv",
    "one finding of a check: equal breaches in a dataset",
    (
        own("check", "", "Name of the check ([CDISC](cdisc.md#checks))", TEXT),
        own("dataset", "", "Dataset that breaks it", TEXT),
        own("variable", "", "Variable or variables; empty where it is the dataset", TEXT_OR_EMPTY),
        own("row", "", "Row of the first record that breaks it, the header being 1; empty of a whole dataset", INTEGER),
        own("count", "", "How many records break it in this way", INTEGER),
        own("value", "", "What stands there", TEXT_OR_EMPTY),
        own("allowed", "", "What may stand there", TEXT),
        own("source", "", "Where the rule stands", TEXT),
    ),
)
"""In the order of the checks."""
