"""What became of one mutated input, and which outcomes break the bar."""

import re
from dataclasses import dataclass

READ = "read"
"""It was read."""
INTERNAL, CRASH, HANG, NO_LINE, TWICE, SILENT, SOUND_LOST, MEMORY = (
    "INTERNAL", "crash", "hang", "no line", "two lines", "no message", "sound file lost", "memory",
)  # fmt: skip
"""How outcomes begin that may not be: a fault of ours, a signal, over 10 s, unaccounted, refused without a reason."""
BREACHES = (INTERNAL, CRASH, HANG, NO_LINE, TWICE, SILENT, SOUND_LOST, MEMORY)
LONGEST = 110
"""Characters of a reason by which outcomes are counted; own choice, one line."""


@dataclass(frozen=True)
class Line:
    """The outcome of one input; detail is the end of what was printed where the outcome is a breach."""

    name: str
    outcome: str
    detail: str = ""

    @property
    def breach(self) -> bool:
        """Whether this may not be."""
        return self.outcome.startswith(BREACHES)


def general(text: str) -> str:
    """Return a reason without what differs from input to input: numbers, quoted values, names of files."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "'...'", text)
    text = re.sub(r"\S*/\S+|\S+[.](?:csv|tsv|xpt|parquet|json|ndjson|yaml|nii|gz|txt)\b", "FILE", text)
    text = re.sub(r"\d+(?:[.]\d+)*", "#", text)
    return " ".join("".join(sign if sign.isprintable() else "?" for sign in text).split())[:LONGEST]
