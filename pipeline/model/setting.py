"""Types of protocol settings: strict numbers with their units, and the section that allows no unknown key."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo


def bare_number(value: Any, info: ValidationInfo) -> Any:
    """Refuse quoted numbers, units and truth values where a length is due.

    In stored JSON an exact decimal is a string, so there it is taken.
    """
    if isinstance(value, bool) or (isinstance(value, str) and info.mode != "json"):
        raise ValueError(f"found {value!r}; allowed: a bare number of mm")
    return value


Days = Annotated[int, Field(strict=True, ge=0, le=3660)]
Percent = Annotated[int, Field(strict=True, ge=1, le=400)]
Count = Annotated[int, Field(strict=True, ge=1, le=10)]
Millimeters = Annotated[Decimal, Field(ge=0, le=100), BeforeValidator(bare_number)]


class Strict(BaseModel):
    """A section of a protocol; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
