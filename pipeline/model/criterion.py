"""What tables, pages and data sets say of a criterion; the criterion itself owns these facts."""

import re
from dataclasses import dataclass

from pipeline.model.scope import Scope


@dataclass(frozen=True)
class CriterionFacts:
    """One criterion as its results name it.

    name: in protocols, tables, rules and on the command line. title: for a reader. category: RSCAT. measures: what
    its sum adds up, in words, after a semicolon what decides beside it. citation: source and place. code: ends the
    PARAMCD of its overall response (up to 4 capital letters, the first no L, which there means the liver; empty for
    RECIST 1.1 alone). unit: of the sums (mm, mm2, ml). in_terminology: whether the CDISC list of RSCAT has the
    category. decides_in: the scopes in which it may be a protocol's primary. terms: its overall responses beyond
    those of RECIST 1.1, each with its meaning.

    Raises:
        ValueError: a name or code that protocols, columns or PARAMCD cannot hold.
    """

    name: str
    title: str
    category: str
    measures: str
    citation: str
    code: str
    unit: str = "mm"
    in_terminology: bool = False
    decides_in: tuple[Scope, ...] = (Scope.LIVER,)
    terms: tuple[tuple[str, str], ...] = ()

    @property
    def added(self) -> str:
        """What its sum adds up, in words."""
        return self.measures.partition(";")[0]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,15}", self.name):
            raise ValueError(f"criterion: found the name {self.name!r}; allowed: up to 16 small letters, digits and _")
        if not re.fullmatch(r"([A-KM-Z][A-Z]{0,3})?", self.code):
            raise ValueError(
                f"criterion {self.name}: found the code {self.code!r}; allowed: up to 4 capital letters, the first no L"
            )
