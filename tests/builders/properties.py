"""Properties: what must hold of every generated case, one test for each."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Case = TypeVar("Case")
CASES = int(os.environ.get("HEPATRACK_CASES", "200"))
"""Generated cases for each property; own choice: `make long` and CI ask for 10,000, `make test` for the few here."""


def each_holds(cases: st.SearchStrategy[Case], *properties: Callable[[Case], None]) -> Callable[..., Any]:
    """Return a test with one parameter for each property, named as the property, that tries it on the cases."""

    @pytest.mark.generated
    @pytest.mark.parametrize("holds", properties, ids=lambda holds: holds.__name__)
    @settings(deadline=None, max_examples=CASES)
    @given(case=cases)
    def test(holds: Callable[[Case], None], case: Case) -> None:
        holds(case)

    return test
