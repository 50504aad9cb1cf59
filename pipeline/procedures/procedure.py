"""A procedure: one step of the line as a plain function of stored values, with the types that go in and come out.

Whoever runs it loads the input, makes one call and saves the result: a Prefect task does so under a
cache key, `pipeline.procedures.direct` here and now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pipeline.store.artifacts import Artifacts, Ref

Given = TypeVar("Given")
Result = TypeVar("Result")
Made_co = TypeVar("Made_co", covariant=True)


@dataclass(frozen=True)
class Procedure(Generic[Given, Result]):
    """A function (artifacts, given) -> result by its name; given_type and result_type say how both are stored."""

    name: str
    function: Callable[[Artifacts, Given], Result]
    given_type: type[Given]
    result_type: type[Result]

    def __call__(self, artifacts: Artifacts, given: Given) -> Result:
        """Return the result; what it refers to is kept in the artifacts."""
        return self.function(artifacts, given)

    def run(self, artifacts: Artifacts, given: Ref) -> Ref:
        """Load the input, make the call, save the result and return its reference."""
        return self.save_result(artifacts, self.function(artifacts, self.load_input(artifacts, given)))

    def save_input(self, artifacts: Artifacts, given: Given) -> Ref:
        """Store an input and return its reference."""
        return artifacts.put_value(self.given_type, given)

    def load_input(self, artifacts: Artifacts, ref: Ref) -> Given:
        """Return the input that a reference stands for."""
        return artifacts.get_value(self.given_type, ref)

    def save_result(self, artifacts: Artifacts, result: Result) -> Ref:
        """Store a result and return its reference."""
        return artifacts.put_value(self.result_type, result)

    def load_result(self, artifacts: Artifacts, ref: Ref) -> Result:
        """Return the result that a reference stands for."""
        return artifacts.get_value(self.result_type, ref)


def procedure(
    name: str, given_type: type[Given], result_type: type[Result]
) -> Callable[[Callable[[Artifacts, Given], Result]], Procedure[Given, Result]]:
    """Make a procedure of a function (artifacts, given) -> result."""

    def decorate(function: Callable[[Artifacts, Given], Result]) -> Procedure[Given, Result]:
        return Procedure(name, function, given_type, result_type)

    return decorate


class Pending(Protocol[Made_co]):
    """A procedure in progress."""

    def result(self) -> Made_co:
        """Wait and return the result; an error of the procedure is raised here."""
        ...


class Submit(Protocol):
    """Start a procedure; label names the run."""

    def __call__(self, procedure: Procedure[Given, Result], given: Given, label: str, /) -> Pending[Result]:
        """Return the procedure in progress."""
        ...
