"""The criteria of a trial: thresholds, reference phases, and which flags bar one of them.

Thresholds are whole percents, lengths mm, intervals days. What a section leaves out has the
default of the rule book, section 3.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from pipeline.model.setting import Days, Millimeters, Percent, Strict, bare_number
from pipeline.model.terms import Phase
from pipeline.model.thresholds import Thresholds

_ANY_ENHANCED = (Phase.PORTAL_VENOUS, Phase.ARTERIAL, Phase.DELAYED)

BarringFlag = Literal[
    "LIPIODOL", "NO_ARTERIAL", "PHASE_SWITCH", "MODALITY_SWITCH", "MISSING_PHASE", "EARLY_AFTER_EMBOLIZATION"
]
"""Names of the flags that can bar a criterion."""


class Criterion(Strict):
    """Thresholds of one sum-based criterion, in percent and mm, and the readings on which engines differ.

    progression_above: PD lies above the threshold, not at it. pr_persists: a response lasts
    until progression. reappearance_is_pd: a lesion that is back after an overall CR is
    progression whatever its size; else the sum alone decides. pd_from_subset: the measured
    targets alone may show progression. cr_before_pd: normal nodes are CR even where their
    growth meets the thresholds of progression. new_lesion_min_mm: a new liver lesion of a
    smaller long axis is equivocal; RECIST knows no floor, mRECIST of HCC asks for 10 mm.
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


class _WithoutMinimum(Criterion):
    """A criterion whose sums are no lengths, or whose source states no minimum in mm."""

    progression_min_mm: Millimeters = Decimal(0)

    @model_validator(mode="after")
    def _no_minimum(self) -> "_WithoutMinimum":
        if self.progression_min_mm:
            raise ValueError("progression_min_mm: allowed: 0; this criterion has no minimum in mm")
        return self


class Who(_WithoutMinimum):
    """WHO: sums of long axis x perpendicular (S11). too_small_value_mm is the side of the square."""

    response_percent: Percent = 50
    progression_percent: Percent = 25
    phases: tuple[Phase, ...] = Field(default=_ANY_ENHANCED, min_length=1)


class Easl(_WithoutMinimum):
    """EASL: sums of viable long axis x perpendicular; PD lies above +25 % (S11)."""

    response_percent: Percent = 50
    progression_percent: Percent = 25
    progression_above: StrictBool = True
    phases: tuple[Phase, ...] = Field(default=(Phase.ARTERIAL,), min_length=1)


class Volumes(_WithoutMinimum):
    """Sums of volumes: -65 % (S14), +73 % which is 1.2 cubed [D].

    too_small_value_mm is the diameter of the sphere that stands for a lesion too small to measure.
    """

    response_percent: Percent = 65
    progression_percent: Percent = 73
    phases: tuple[Phase, ...] = Field(default=_ANY_ENHANCED, min_length=1)


class EnhancingVolumes(Volumes):
    """The same thresholds on enhancing volumes."""

    phases: tuple[Phase, ...] = Field(default=(Phase.ARTERIAL,), min_length=1)


class Choi(_WithoutMinimum):
    """Choi and modified Choi: size -10 % and density -15 %, PD from size +10 % on (S12)."""

    response_percent: Percent = 10
    progression_percent: Percent = 10
    density_percent: Percent = 15
    phases: tuple[Phase, ...] = Field(default=(Phase.PORTAL_VENOUS,), min_length=1)


class Irecist(Strict):
    """iRECIST: when a progression is confirmed, and by how much growth (Seymour 2017 [M])."""

    confirm_from_days: Days = 28
    confirm_to_days: Days = 56
    growth_mm: Annotated[Decimal, Field(gt=0, le=100), BeforeValidator(bare_number)] = Decimal(5)

    @model_validator(mode="after")
    def _in_order(self) -> "Irecist":
        if self.confirm_to_days < self.confirm_from_days:
            raise ValueError("confirm_to_days: allowed: at least confirm_from_days")
        return self


class Barring(Strict):
    """Which flags make a lesion not evaluable for a criterion in our own reads (rule book, section 3).

    readers_overrule: in spite of these a value that a reader signed stands.
    """

    recist11: tuple[BarringFlag, ...] = ()
    mrecist: tuple[BarringFlag, ...] = ("NO_ARTERIAL",)
    who: tuple[BarringFlag, ...] = ()
    easl: tuple[BarringFlag, ...] = ("NO_ARTERIAL",)
    qeasl: tuple[BarringFlag, ...] = ("NO_ARTERIAL",)
    vrecist: tuple[BarringFlag, ...] = ()
    choi: tuple[BarringFlag, ...] = ("LIPIODOL",)
    mchoi: tuple[BarringFlag, ...] = ("LIPIODOL",)
    readers_overrule: tuple[BarringFlag, ...] = (
        "NO_ARTERIAL",
        "PHASE_SWITCH",
        "MODALITY_SWITCH",
        "MISSING_PHASE",
        "EARLY_AFTER_EMBOLIZATION",
    )


class Criteria(Strict):
    """The criteria of a trial; primary decides progression.

    lipiodol records the convention: iodized oil is not counted as enhancement [D].
    burden_bounds_percent are the upper bounds of the hepatic burden classes but the last.
    """

    primary: Literal["recist11", "mrecist"] = "recist11"
    lipiodol: Literal["not enhancing"] = "not enhancing"
    recist11: Criterion
    mrecist: Criterion
    who: Who = Who()
    easl: Easl = Easl()
    qeasl: EnhancingVolumes = EnhancingVolumes()
    vrecist: Volumes = Volumes()
    choi: Choi = Choi()
    mchoi: Choi = Choi()
    irecist: Irecist = Irecist()
    barring: Barring = Barring()
    burden_bounds_percent: tuple[Annotated[int, Field(strict=True, ge=1, le=99)], ...] = Field(
        default=(10, 25, 50), min_length=1
    )

    @model_validator(mode="after")
    def _viable_needs_arterial(self) -> "Criteria":
        for name, criterion in (("mrecist", self.mrecist), ("easl", self.easl), ("qeasl", self.qeasl)):
            if criterion.phases != (Phase.ARTERIAL,):
                raise ValueError(f"{name}.phases: allowed: [arterial]; viable tissue is read on arterial enhancement")
        return self

    @model_validator(mode="after")
    def _bounds_ascend(self) -> "Criteria":
        bounds = self.burden_bounds_percent
        if list(bounds) != sorted(set(bounds)):
            raise ValueError("burden_bounds_percent: allowed: percents in ascending order, each once")
        return self


class Eligibility(Strict):
    """RETNET's limits: the least lesion, the greatest burden, the burden above which it is a reason to treat."""

    min_lesion_mm: Millimeters = Decimal(10)
    max_burden_percent: Percent = 70
    burden_above_percent: Percent = 25
