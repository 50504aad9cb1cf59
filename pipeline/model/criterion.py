"""What tables, pages and data sets say of a criterion; the criterion itself owns these facts."""

from dataclasses import dataclass

from pipeline.model.scope import Scope


@dataclass(frozen=True)
class CriterionFacts:
    """One criterion as its results name it.

    name: in protocols, tables, rules and on the command line. title: for a reader. category: RSCAT.
    measures: what its sum adds up, in words. citation: source and place. code: ends the PARAMCD
    of its overall response (up to 4 capital letters). unit: of the sums (mm, mm2, ml). in_terminology:
    whether the CDISC list of RSCAT has the category. decides_in: the scopes in which it may be a
    protocol's primary.
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
