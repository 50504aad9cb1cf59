"""Say that folders hold no image to work on: what was looked at, how many files, what to do."""

from collections import Counter
from collections.abc import Iterable

from pipeline.model.catalog import FileEntry

REASONS = 5
"""Reasons that the message names, the most frequent first; own choice, as many as one reads in a line."""


def message(where: str, files: Iterable[FileEntry]) -> str:
    """Return the message for a folder (or several) with these files and no CT or MR volume."""
    reasons = Counter(entry.reason for entry in files)
    count = sum(reasons.values())
    if not count:
        return (
            f"{where}: the folder is empty, it and all below it hold no file; expected DICOM files. "
            "Check the path, and that the images were copied."
        )
    named = [f"{times} {reason}" for reason, times in reasons.most_common(REASONS)]
    rest = count - sum(times for _, times in reasons.most_common(REASONS))
    return (
        f"{where}: no CT or MR volume in {count} {'file' if count == 1 else 'files'}: "
        f"{'; '.join([*named, *([f'{rest} for other reasons'] if rest else [])])}. "
        "Give a folder with DICOM series of CT or MR; `hepatrack scan FOLDER --json` tells what each file is."
    )
