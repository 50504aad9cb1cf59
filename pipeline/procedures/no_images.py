"""Say that folders hold no image to work on: how many files, what they are, what to do.

Folders are not named, for their names may tell who the patient is; who asks knows which they are.
"""

from collections import Counter
from collections.abc import Iterable

from pipeline.model import words

REASONS = 5
"""Reasons that the message names, the most frequent first; own choice, as many as one reads in a line."""


def message(folders: int, reasons: Iterable[str]) -> str:
    """Return the message for source folders without a CT or MR volume; each of their files has a reason."""
    where = "the source folder" if folders == 1 else f"the {folders} source folders"
    counted = Counter(reasons)
    count = sum(counted.values())
    if not count:
        return (
            f"{where} {'is' if folders == 1 else 'are'} empty, with all below; expected DICOM files. "
            "Check the path, and that the images were copied."
        )
    named = [f"{times} {reason.rstrip('.')}" for reason, times in counted.most_common(REASONS)]
    rest = count - sum(times for _, times in counted.most_common(REASONS))
    return (
        f"{where}: no CT or MR volume in {words.plural(count, 'file')}: "
        f"{'; '.join([*named, *([f'{rest} for other reasons'] if rest else [])])}. "
        "Give a folder with DICOM series of CT or MR; `hepatrack scan FOLDER --json` tells what each file is."
    )
