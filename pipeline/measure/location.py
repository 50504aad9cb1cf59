"""Say in words where in the liver a lesion lies, as far as the liver's outline tells."""

from pipeline.measure.couinaud import LEFT, RIGHT, Guess

SURE = 0.5
"""Probability from which one segment is named; own choice: of lesions said so 87 % were right, at 0.5 to 0.6 61 %."""
SURE_OF_TWO = 0.7
"""Probability from which two neighboring segments are named together; own choice."""
SURE_OF_LOBE = 0.7
"""Probability from which a lobe is named; own choice."""
ESTIMATED = "(estimated)"
"""What follows every location that nobody but a machine stands behind."""


def words(guess: Guess) -> str:
    """Return a guess as a location: '8 (estimated)', '5/6 (estimated)', 'right lobe (estimated)', or empty.

    1. The likeliest segment, from a probability of one half on.
    2. Else the two likeliest, the lower first, from 0.7 on both together.
    3. Else the lobe, from 0.7 on; else nothing: the outline does not tell.
    """
    if not guess.probabilities:
        return ""
    first, second = guess.ranked[:2]
    if guess.of(first) >= SURE:
        return f"{first} {ESTIMATED}"
    if guess.of(first, second) >= SURE_OF_TWO:
        return f"{min(first, second)}/{max(first, second)} {ESTIMATED}"
    for lobe, segments in (("right lobe", RIGHT), ("left lobe", LEFT)):
        if guess.of(*segments) >= SURE_OF_LOBE:
            return f"{lobe} {ESTIMATED}"
    return ""
