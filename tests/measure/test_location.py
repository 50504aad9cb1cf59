"""Words for where a lesion lies, no more precise than the guess."""

import pytest

from pipeline.measure import location
from pipeline.measure.couinaud import Guess
from pipeline.model import lobes
from pipeline.model.lobes import BOTH, Lobe


def _guess(**shares: float) -> Guess:
    """Probabilities by segment: s8=0.6."""
    return Guess(tuple(shares.get(f"s{n}", 0.0) for n in range(1, 9)))


@pytest.mark.parametrize(
    ("shares", "words", "named"),
    [
        ({"s8": 0.5, "s7": 0.5}, "7 (estimated)", {Lobe.RIGHT}),
        ({"s2": 0.9, "s3": 0.1}, "2 (estimated)", {Lobe.LEFT}),
        ({"s1": 0.6, "s4": 0.4}, "1 (estimated)", set()),
        ({"s6": 0.45, "s5": 0.40, "s7": 0.15}, "5/6 (estimated)", {Lobe.RIGHT}),
        ({"s5": 0.36, "s4": 0.35, "s8": 0.29}, "4/5 (estimated)", BOTH),
        ({"s5": 0.3, "s6": 0.3, "s8": 0.3, "s4": 0.1}, "right lobe (estimated)", {Lobe.RIGHT}),
        ({"s2": 0.25, "s3": 0.25, "s4": 0.24, "s8": 0.26}, "left lobe (estimated)", {Lobe.LEFT}),
        ({"s1": 0.3, "s4": 0.3, "s8": 0.3, "s5": 0.1}, "", set()),
    ],
)
def test_words_are_as_sure_as_the_guess(shares: dict[str, float], words: str, named: set[Lobe]) -> None:
    """The lobe read off the words is that of the segments: sessions of staged treatment go by it."""
    assert location.words(_guess(**shares)) == words
    assert lobes.named(words) == named


def test_no_guess_no_words() -> None:
    assert location.words(Guess(reason="there is no lesion")) == ""
