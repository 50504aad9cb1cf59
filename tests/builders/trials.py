"""The protocols in configs/, loaded once."""

from functools import cache
from pathlib import Path

from pipeline.model.protocol import Protocol
from pipeline.store import protocols

FOLDER = Path(__file__).resolve().parents[2] / "configs" / "protocols"


@cache
def named(name: str) -> Protocol:
    """Return a protocol by the name of its file."""
    return protocols.load(FOLDER / f"{name}.yaml")


def retnet() -> Protocol:
    """Return the trial that most tests are about."""
    return named("retnet")
