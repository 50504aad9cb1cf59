"""The checks as a table, and how they are run; no engine of CDISC's stands behind them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.export.conformance import analysis, defined, records, structure, traces
from pipeline.export.conformance.breach import Breach, ConformanceRow
from pipeline.export.conformance.cdisc_tables import CdiscTables


@dataclass(frozen=True)
class Check:
    """One check: its name, where the rule stands, and the function whose docstring says what it asks."""

    name: str
    source: str
    find: Callable[[CdiscTables], Iterator[Breach]]

    @property
    def asks(self) -> str:
        """What is checked, in a sentence."""
        return " ".join((self.find.__doc__ or "").split("\n\n")[0].split())


_SDTM = "SDTMIG 3.3"
_ADAM = "ADaMIG 1.1"
_DEFINE = "Define-XML 2.1"

CHECKS: tuple[Check, ...] = (
    Check("NAMES", f"{_SDTM}, 4.2.1; SAS transport 5", structure.names),
    Check("LABELS", f"{_SDTM}, 4.2.1; SAS transport 5", structure.labels),
    Check("REQUIRED", f"{_SDTM}, 4.1.5; {_ADAM}, 3", structure.required),
    Check("TEXT", "SAS transport 5", structure.text_length),
    Check("DOMAIN", f"{_SDTM}, 4.1.7", structure.domain),
    Check("STUDY", f"{_SDTM}, 4.1", structure.study),
    Check("TESTCD", f"{_SDTM}, 4.2.1; {_ADAM}, 3.3", structure.test_codes),
    Check("TEST", f"{_SDTM}, 4.2.1", structure.test_names),
    Check("TEST_PAIR", f"{_SDTM}, 4.2.1; {_ADAM}, 3.3", structure.test_pairs),
    Check("KEYS", f"{_SDTM}, 3.2.1; {_DEFINE}", records.keys),
    Check("SEQUENCE", f"{_SDTM}, 4.1.4", records.sequences),
    Check("SUBJECT", f"{_SDTM}, 5.2; {_ADAM}, 3.2", records.subjects),
    Check("VISIT_PAIR", f"{_SDTM}, 4.4.5 and 5.3", records.visits),
    Check("VISIT_ORDER", f"{_SDTM}, 4.4.5 and 5.3", records.visit_order),
    Check("DATES", f"{_SDTM}, 4.4.1; {_ADAM}, 3.1", records.dates),
    Check("STUDY_DAY", f"{_SDTM}, 4.4.4; {_ADAM}, 3.3", records.study_days),
    Check("TERMS", f"{_SDTM}, 4.3; terminology NY, ND, DATEFL, RELTYPE", records.closed_terms),
    Check("NOT_DONE", f"{_SDTM}, 4.5.1", records.not_done),
    Check("NUMBERS", f"{_SDTM}, 4.5.1", records.numbers),
    Check("SOURCE", f"{_ADAM}, 3.3, data point traceability", traces.sources),
    Check("SOURCE_PAIR", f"{_ADAM}, 3.3, data point traceability", traces.source_is_whole),
    Check("SOURCE_VALUE", f"{_ADAM}, 3.3, data point traceability", traces.source_values),
    Check("QUALIFIERS", f"{_SDTM}, 8.4", traces.qualifiers),
    Check("RELATIONS", f"{_SDTM}, 8.3", traces.relations),
    Check("LINKS", f"{_SDTM}, 6.3, TU and TR", traces.links),
    Check("CHANGES", f"{_ADAM}, 3.3", analysis.changes),
    Check("BASELINE", f"{_ADAM}, 3.3", analysis.baselines),
    Check("TIMES", "ADaM for time-to-event analyses 1.0", analysis.times),
    Check("DEFINE", _DEFINE, defined.document),
    Check("DEFINE_VARIABLES", _DEFINE, defined.variables),
    Check("DEFINE_LENGTH", _DEFINE, defined.lengths),
    Check("DEFINE_TERMS", _DEFINE, defined.terms),
)
"""In the order of their findings."""


def run(tables: CdiscTables) -> tuple[ConformanceRow, ...]:
    """Return the findings of every check; equal ones of a dataset are one finding, with the row of the first."""
    return tuple(finding for check in CHECKS for finding in _findings(check, tables))


def _findings(check: Check, tables: CdiscTables) -> Iterator[ConformanceRow]:
    equal: dict[tuple[str, str, str, str], list[Breach]] = {}
    for breach in check.find(tables):
        equal.setdefault((breach.dataset, breach.variable, breach.value, breach.allowed), []).append(breach)
    for (dataset, variable, value, allowed), breaches in equal.items():
        yield ConformanceRow(
            check.name, dataset, variable, breaches[0].row, len(breaches), value, allowed, check.source
        )
