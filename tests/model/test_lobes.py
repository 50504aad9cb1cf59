"""Which lobes a text names."""

import pytest

from pipeline.model.lobes import BOTH, Lobe, named

LEFT, RIGHT = frozenset({Lobe.LEFT}), frozenset({Lobe.RIGHT})


@pytest.mark.parametrize(
    ("text", "lobes"),
    [
        ("right lobe", RIGHT),
        ("left lobe, staged", LEFT),
        ("Left", LEFT),
        ("right and left", BOTH),
        ("bilobar", BOTH),
        ("whole liver", BOTH),
        ("segments V-VIII", RIGHT),
        ("segments V-VIII, repeated", RIGHT),
        ("II to IV", LEFT),
        ("IVa", LEFT),
        ("S7", RIGHT),
        ("5", RIGHT),
        ("4", LEFT),
        ("2", LEFT),
        ("IV-V", BOTH),
        ("III, VI", BOTH),
        ("I", frozenset()),
        ("I-III", LEFT),
        ("", frozenset()),
        ("doxorubicin 50 mg", frozenset()),
        ("second session", frozenset()),
    ],
)
def test_lobes_of_a_text(text: str, lobes: frozenset[Lobe]) -> None:
    assert named(text) == lobes
