"""The criteria section of a protocol, and the thresholds that every sum-based criterion has.

Thresholds are whole percents, lengths mm. What a section leaves out has the default of its
criterion (pipeline.assess.criteria), which follows the rule book, section 3.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool, model_validator

from pipeline.model.setting import Millimeters, Percent, Strict
from pipeline.model.terms import Phase
from pipeline.model.thresholds import Thresholds

ANY_ENHANCED = (Phase.PORTAL_VENOUS, Phase.ARTERIAL, Phase.DELAYED)
"""Phases of a size that enhancement does not define, in order of preference."""

BarringFlag = Literal[
    "LIPIODOL", "NO_ARTERIAL", "PHASE_SWITCH", "MODALITY_SWITCH", "MISSING_PHASE", "EARLY_AFTER_EMBOLIZATION"
]
"""Names of the flags that can bar a criterion."""


class Criterion(Strict):
    """Thresholds of one sum-based criterion, in percent and mm, and the readings on which engines differ.

    The defaults are those of RECIST 1.1 (Eisenhauer 2009, 4.3.1); a criterion that departs says so.

    progression_above: PD lies above the threshold, not at it. pr_persists: a response lasts
    until progression. reappearance_is_pd: a lesion that is back after an overall CR is
    progression whatever its size; else the sum alone decides. pd_from_subset: the measured
    targets alone may show progression. cr_before_pd: normal nodes are CR even where their
    growth meets the thresholds of progression. new_lesion_min_mm: a new liver lesion of a
    smaller long axis is equivocal; RECIST knows no floor, mRECIST of HCC asks for 10 mm.
    barred_by: flags that make a lesion not evaluable in our own reads (rule book, section 3).
    """

    response_percent: Percent = 30
    progression_percent: Percent = 20
    progression_above: StrictBool = False
    progression_min_mm: Millimeters = Decimal(5)
    too_small_value_mm: Millimeters = Decimal(5)
    pr_persists: StrictBool = False
    reappearance_is_pd: StrictBool = True
    pd_from_subset: StrictBool = True
    cr_before_pd: StrictBool = True
    new_lesion_min_mm: Millimeters = Decimal(0)
    phases: tuple[Phase, ...] = Field(min_length=1)
    barred_by: tuple[BarringFlag, ...] = ()

    @model_validator(mode="after")
    def _no_unusable_phase(self) -> "Criterion":
        if Phase.UNKNOWN in self.phases:
            raise ValueError("phases: found 'unknown'; allowed: named phases only")
        return self

    @property
    def thresholds(self) -> Thresholds:
        """When a sum of this criterion is PD and when PR; the minimum in the unit of the sum."""
        return Thresholds(
            self.response_percent, self.progression_percent, self.progression_min_mm, self.progression_above
        )


class WithoutMinimum(Criterion):
    """A criterion whose sums are no lengths, or whose source states no minimum in mm."""

    progression_min_mm: Millimeters = Decimal(0)

    @model_validator(mode="after")
    def _no_minimum(self) -> "WithoutMinimum":
        if self.progression_min_mm:
            raise ValueError("progression_min_mm: allowed: 0; this criterion has no minimum in mm")
        return self


class Criteria(Strict):
    """What the criteria of a trial have in common; primary decides progression.

    Every further key names a criterion and holds its section as plain data: the criterion itself
    knows what it allows (pipeline.assess.method.Method.rules), and a protocol that is loaded from
    a file is checked against all of them (pipeline.store.protocol_model). lipiodol records the
    convention: iodized oil is not counted as enhancement [D]. readers_overrule: in spite of these
    flags a value that a reader signed stands. burden_bounds_percent are the upper bounds of the
    hepatic burden classes but the last.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, dict[str, Any]]

    primary: str = "recist11"
    lipiodol: Literal["not enhancing"] = "not enhancing"
    readers_overrule: tuple[BarringFlag, ...] = (
        "NO_ARTERIAL",
        "PHASE_SWITCH",
        "MODALITY_SWITCH",
        "MISSING_PHASE",
        "EARLY_AFTER_EMBOLIZATION",
    )
    burden_bounds_percent: tuple[Annotated[int, Field(strict=True, ge=1, le=99)], ...] = Field(
        default=(10, 25, 50), min_length=1
    )

    @model_validator(mode="after")
    def _bounds_ascend(self) -> "Criteria":
        bounds = self.burden_bounds_percent
        if list(bounds) != sorted(set(bounds)):
            raise ValueError("burden_bounds_percent: allowed: percents in ascending order, each once")
        return self

    def section(self, name: str) -> Mapping[str, Any]:
        """Return what the protocol says of a criterion; empty where it says nothing."""
        return (self.__pydantic_extra__ or {}).get(name, {})


class Eligibility(Strict):
    """RETNET's limits: the least lesion, the greatest burden, the burden above which it is a reason to treat."""

    min_lesion_mm: Millimeters = Decimal(10)
    max_burden_percent: Percent = 70
    burden_above_percent: Percent = 25
