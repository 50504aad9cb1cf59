"""How sure is a PD by the target sum: the chance that another reader's values would not be PD.

Model. The recorded diameters x stand for the first reader. A second reader records
x (1 + e), e ~ N(0, SD), SD = width of the 95 % limits of agreement of one diameter between two
readers / 3.92 (Yoon, S15: -22.1 to +25.4 %, so 12.1 %). Limits of agreement describe the
difference of two readers, so this SD already holds both readers' errors; one reader's own error
is smaller by sqrt(2). Errors of one lesion at two visits correlate with rho (setting, default
0.5), errors of different lesions are independent, the mean difference (+1.65 %) is taken as 0.
An absent lesion stays absent; a missing one stays missing. In every draw the values are
recorded anew at 0.1 mm, baseline and nadir are found anew over the complete earlier visits, and
the rule of the target sum is applied whole (pipeline.analysis.sum_rule).

What it is not: it knows nothing about how likely progression was beforehand. docs/methods/
certainty.md shows how well it predicts simulated double reads, and where it fails.
"""

import numpy as np

from pipeline.analysis import sum_rule
from pipeline.analysis.sum_rule import Flags, Steps, SumLimits, Values
from pipeline.model.certainty import FlipChance
from pipeline.model.criteria import Criterion
from pipeline.model.protocol import Certainty, Protocol


def error_sd(settings: Certainty) -> float:
    """Return the relative SD of one diameter by a second reader about the first one's."""
    return float(settings.loa_high_percent - settings.loa_low_percent) / 392


def flip_chance(values: Values, rules: Criterion, protocol: Protocol, key: str) -> FlipChance:
    """Return the chance that the last visit, called PD, is not PD in another reader's values.

    rules: the thresholds that count. key: what the draws belong to (criterion, subject, visit); with
    the protocol's seed it fixes them, whatever else is computed.

    Raises:
        ValueError: the recorded values are not PD themselves, so that nothing can flip.
    """
    settings = protocol.certainty
    normal = protocol.targets.normal_node_short_axis_mm
    scale = sum_rule.steps_per_mm(values, rules.progression_min_mm, normal)
    limit = sum_rule.limits(rules, normal, scale)
    recorded, missing = sum_rule.in_steps(values, scale)
    nodes = np.array(values.nodes, dtype=np.bool_)
    if not progressed(recorded[None], missing, nodes, limit)[0]:
        raise ValueError(f"{key}: the recorded values are not PD; expected a visit whose target sum is")
    drawn = _reread(recorded, scale, settings, sum_rule.stream(settings.seed, f"reread/{key}"))
    kept = float(progressed(drawn, missing, nodes, limit).mean())
    flip = 1 - kept
    return FlipChance(flip, (flip * kept / settings.draws) ** 0.5, settings.draws, settings.seed)


def progressed(values: Steps, missing: Flags, nodes: Flags, limit: SumLimits) -> Flags:
    """Return for values (draws, visits, lesions) whether the last visit is PD by its sum.

    missing (visits, lesions) is the same in every draw.
    """
    sums: Steps = values.sum(axis=2, where=~missing).T
    complete: Flags = np.broadcast_to(~np.any(missing, axis=1, keepdims=True), sums.shape)
    gone: Flags = np.all(sum_rule.gone(values[:, -1], missing[-1], nodes, limit), axis=1)
    return sum_rule.progressed(sums, complete, gone, limit)


def _reread(recorded: Steps, scale: int, settings: Certainty, random: np.random.Generator) -> Steps:
    """Return draws of the recorded values (draws, visits, lesions) by a second reader, at 0.1 mm."""
    visits, lesions = recorded.shape
    rho = settings.within_reader_correlation
    stays = random.standard_normal((settings.draws, 1, lesions))
    fresh = random.standard_normal((settings.draws, visits, lesions))
    errors = error_sd(settings) * (rho**0.5 * stays + (1 - rho) ** 0.5 * fresh)
    tenths = np.floor(np.maximum(recorded / scale * (1 + errors), 0) * 10 + 0.5)
    drawn: Steps = tenths.astype(np.int64) * (scale // 10)
    return drawn
