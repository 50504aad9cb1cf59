"""Follow-up from text: `5e 7c 9d` is an event on day 5, a censoring on 7, a competing death on 9."""

import numpy as np

from pipeline.analysis.sample import Ending, Sample

ENDINGS = {"e": Ending.EVENT, "c": Ending.CENSORED, "d": Ending.COMPETING}


def sample(text: str) -> Sample:
    """Return the sample that the text tells."""
    words = text.split()
    days = np.array([float(word[:-1]) for word in words])
    return Sample(days, np.array([ENDINGS[word[-1]] for word in words], dtype=np.int64))
