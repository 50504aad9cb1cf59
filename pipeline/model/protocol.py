"""One trial's science as a strictly validated value: criteria, windows, readers, censoring.

Lengths are in mm, intervals in days; thresholds are whole percents so that the rules
can be computed exactly. Unknown keys are errors.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from pipeline.model.criteria import Criteria, Eligibility
from pipeline.model.events import NEW_THERAPIES, THERAPIES, EventKind
from pipeline.model.scope import Scope
from pipeline.model.setting import Count, Days, Millimeters, bare_number
from pipeline.model.setting import Strict as _Strict
from pipeline.model.terms import Modality
from pipeline.model.visit import BASELINE


class Arm(_Strict):
    """A treatment arm; it is never shown to readers."""

    code: str = Field(min_length=1, max_length=20)
    label: str
    open: StrictBool = True


class Schedule(_Strict):
    """When scans are due, in days from the anchor event.

    Baseline is the last scan on or before the anchor, at most baseline_days_before it.
    Follow-up n is due at n * every_days and accepted within +- window_days; its name is
    the prefix and the week number (W12, W24, ...).
    """

    anchor: Literal[EventKind.EMBOLIZATION, EventKind.RANDOMIZED] = EventKind.EMBOLIZATION
    baseline_days_before: Days = 28
    every_days: Annotated[int, Field(strict=True, ge=7, le=366)] = 84
    window_days: Days = 14
    follow_ups: Annotated[int, Field(strict=True, ge=1, le=60)] = 12
    name_prefix: str = "W"
    same_visit_days: Days = 7
    early_after_embolization_days: Days = 28


class Targets(_Strict):
    """How many target lesions, and from which size on.

    min_porta_hepatis_node_mm: short axis of a node there for mRECIST (S7).
    """

    max_total: Count = 5
    max_per_organ: Count = 2
    min_long_axis_mm: Millimeters = Decimal(10)
    min_node_short_axis_mm: Millimeters = Decimal(15)
    min_porta_hepatis_node_mm: Millimeters = Decimal(20)
    normal_node_short_axis_mm: Millimeters = Decimal(10)
    thin_slice_mm: Millimeters = Decimal(5)
    thick_slice_factor: Count = 2

    def measurable_mm(self, slice_mm: Decimal | None) -> Decimal:
        """Return the least long axis of a measurable lesion that is no node (Eisenhauer 2009, 3.1.1).

        10 mm with slices up to 5 mm or of unknown thickness, else at least twice the thickness;
        the numbers are this section's.
        """
        if slice_mm is None or slice_mm <= self.thin_slice_mm:
            return self.min_long_axis_mm
        return max(self.min_long_axis_mm, self.thick_slice_factor * slice_mm)


class NonTargets(_Strict):
    """How non-target lesions are classified.

    needs_all: one that was not assessed makes the rest NE, unless one progressed; else the
    lesions still seen make NON-CR/NON-PD, and only CR needs all of them.
    """

    needs_all: StrictBool = True


class NewLesions(_Strict):
    """When an unsigned candidate counts as a new lesion."""

    min_long_axis_mm: Millimeters = Decimal(10)
    min_confidence: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.6


class Imaging(_Strict):
    """Which images are fit for measuring."""

    modalities: tuple[Modality, ...] = (Modality.CT, Modality.MR)
    max_slice_mm: Millimeters = Decimal(5)


class Endpoint(_Strict):
    """Clock, events and censoring of the primary endpoint.

    primary names a parameter (pipeline.model.parameters), rule_set a table of rules
    (pipeline.endpoint.rule_book); pipeline.store.protocol_model checks a file against both.
    target_progression: which day a progression by the sum of targets has, whose scans lie on several days:
    the last of them, the first, or the scheduled visit after them (rule book, section 4, "Date").
    """

    primary: str = "HPFS"
    scope: Scope = Scope.LIVER
    rule_set: str = "FDA-A"
    death_is_event: StrictBool = True
    max_missed_visits: Count = 2
    target_progression: Literal["last", "first", "scheduled"] = "last"
    intercurrent: tuple[EventKind, ...] = NEW_THERAPIES

    @model_validator(mode="after")
    def _only_therapy(self) -> "Endpoint":
        if not set(self.intercurrent) <= set(THERAPIES):
            raise ValueError(f"intercurrent: allowed: {', '.join(THERAPIES)}")
        return self


class Reads(_Strict):
    """Read design."""

    readers: Annotated[int, Field(strict=True, ge=1, le=2)] = 2
    adjudication: StrictBool = True
    sequential: StrictBool = True
    blinded_to: tuple[Literal["arm", "site read", "clinical data", "other reader"], ...] = (
        "arm",
        "site read",
        "clinical data",
        "other reader",
    )


class BestResponse(_Strict):
    """How the best overall response of a subject is chosen and confirmed (RECIST 1.1, table 3).

    min_sd_days: stable disease counts so many days after sd_from or later: after the start
    (randomization, else treatment), or after the baseline scan, as RECIST 1.1, 4.4 has it;
    where one is not known after the other. confirm_days: CR and PR
    are confirmed so many days later or more; between the two may stand max_ne_between visits
    that were not evaluable and, for PR, max_sd_between visits with SD. cr_then_pr: what PR
    after an unconfirmed CR says of the CR: SD (unconfirmed, nothing more), PD (the CR was
    true, so that the disease is back) or PR (it was PR already).
    """

    min_sd_days: Days = 42
    sd_from: Literal["start", "baseline"] = "start"
    confirm_days: Days = 28
    max_ne_between: Annotated[int, Field(strict=True, ge=0, le=10)] = 1
    max_sd_between: Annotated[int, Field(strict=True, ge=0, le=10)] = 0
    cr_then_pr: Literal["SD", "PD", "PR"] = "SD"


class Certainty(_Strict):
    """How the certainty of a PD call is computed; it never changes a response.

    loa_low_percent, loa_high_percent: 95 % limits of agreement of one diameter between two
    readers (Yoon, S15). within_reader_correlation: of one reader's errors on one lesion at two
    visits. max_choices: so many target choices are enumerated, of more so many are drawn.
    """

    loa_low_percent: Annotated[Decimal, Field(ge=-100, le=0), BeforeValidator(bare_number)] = Decimal("-22.1")
    loa_high_percent: Annotated[Decimal, Field(ge=0, le=200), BeforeValidator(bare_number)] = Decimal("25.4")
    within_reader_correlation: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.5
    draws: Annotated[int, Field(strict=True, ge=100, le=1_000_000)] = 10_000
    max_choices: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 10_000
    seed: Annotated[int, Field(strict=True, ge=0, le=2**31)] = 20210301


class Protocol(_Strict):
    """One trial."""

    name: str = Field(min_length=1)
    title: str
    version: str
    lengths_in: Literal["mm"]
    intervals_in: Literal["days"]
    arms: tuple[Arm, ...] = Field(min_length=1)
    schedule: Schedule
    imaging: Imaging
    targets: Targets
    criteria: Criteria
    new_lesions: NewLesions
    endpoint: Endpoint
    reads: Reads
    non_targets: NonTargets = NonTargets()
    best_response: BestResponse = BestResponse()
    eligibility: Eligibility = Eligibility()
    certainty: Certainty = Certainty()

    @model_validator(mode="after")
    def _consistent(self) -> "Protocol":
        if len({arm.code for arm in self.arms}) != len(self.arms):
            raise ValueError("arms: two arms have the same code; give each its own")
        if self.schedule.name_prefix == BASELINE:
            raise ValueError(f"schedule.name_prefix: found {BASELINE!r}; allowed: anything else")
        if 2 * self.schedule.window_days >= self.schedule.every_days:
            raise ValueError("schedule.window_days: the windows of two visits overlap")
        return self
