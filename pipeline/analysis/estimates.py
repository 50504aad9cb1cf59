"""Everything that is estimated for one time-to-event parameter: per group, and between arms."""

from dataclasses import dataclass

from pipeline.analysis import cox, cumulative_incidence, gray, interval_censored, kaplan_meier, log_rank
from pipeline.analysis.comparison import Comparison
from pipeline.analysis.cox import HazardRatio
from pipeline.analysis.cumulative_incidence import Incidence
from pipeline.analysis.interval_censored import Intervals, Mass
from pipeline.analysis.kaplan_meier import Median, Survival
from pipeline.analysis.sample import Sample


@dataclass(frozen=True, eq=False)
class Group:
    """Subjects estimated together; intervals is None where the data have none."""

    name: str
    sample: Sample
    intervals: Intervals | None = None


@dataclass(frozen=True, eq=False)
class GroupEstimate:
    """The curves of one group: incidence where there are competing events, mass where there are intervals."""

    group: Group
    survival: Survival
    median: Median
    incidence: Incidence | None
    mass: Mass | None


@dataclass(frozen=True)
class Contrast:
    """One arm against the reference; ratio is None where no finite hazard ratio exists."""

    arm: str
    ratio: HazardRatio | None


@dataclass(frozen=True, eq=False)
class Estimates:
    """Curves of all subjects and of each arm, and the comparisons of the arms (none without arms).

    The reference is the first arm. log_rank and gray are None where the data cannot tell.
    """

    whole: GroupEstimate
    arms: tuple[GroupEstimate, ...]
    log_rank: Comparison | None
    gray: Comparison | None
    contrasts: tuple[Contrast, ...]


def estimate(whole: Group, arms: tuple[Group, ...], *, competing: bool) -> Estimates:
    """Estimate a parameter for all subjects and, in the order of the arms given, by arm.

    competing: whether the parameter has a competing event, so that incidence and Gray's
    test are due. Each hazard ratio is fitted to its arm and the reference alone.
    """
    samples = tuple(arm.sample for arm in arms)
    return Estimates(
        whole=_group(whole, competing),
        arms=tuple(_group(arm, competing) for arm in arms),
        log_rank=log_rank.compare(samples) if arms else None,
        gray=gray.compare(samples) if arms and competing else None,
        contrasts=tuple(Contrast(arm.name, cox.compare(arms[0].sample, arm.sample)) for arm in arms[1:]),
    )


def _group(group: Group, competing: bool) -> GroupEstimate:
    curve = kaplan_meier.estimate(group.sample)
    return GroupEstimate(
        group=group,
        survival=curve,
        median=kaplan_meier.median(curve),
        incidence=cumulative_incidence.estimate(group.sample) if competing else None,
        mass=interval_censored.estimate(group.intervals) if group.intervals else None,
    )
