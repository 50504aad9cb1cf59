"""Say that folders hold no image to work on: what was looked at, how many files, what to do."""

from collections import Counter
from collections.abc import Iterable

REASONS = 5
"""Reasons that the message names, the most frequent first; own choice, as many as one reads in a line."""


def message(where: str, reasons: Iterable[str]) -> str:
    """Return the message for a folder (or several) without a CT or MR volume; each of its files has a reason."""
    counted = Counter(reasons)
    count = sum(counted.values())
    if not count:
        return (
            f"{where}: the folder is empty, it and all below it hold no file; expected DICOM files. "
            "Check the path, and that the images were copied."
        )
    named = [f"{times} {reason}" for reason, times in counted.most_common(REASONS)]
    rest = count - sum(times for _, times in counted.most_common(REASONS))
    return (
        f"{where}: no CT or MR volume in {count} {'file' if count == 1 else 'files'}: "
        f"{'; '.join([*named, *([f'{rest} for other reasons'] if rest else [])])}. "
        "Give a folder with DICOM series of CT or MR; `hepatrack scan FOLDER --json` tells what each file is."
    )
