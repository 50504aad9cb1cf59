"""How messages and pages count things."""


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: `1 row`, `2 rows`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def often(count: int) -> str:
    """Return how often something was: `once`, `2 times`."""
    return "once" if count == 1 else f"{count} times"
