"""truth.csv of a simulated trial: what no trial knows, one subject a row; the arm is not in it."""

from math import isfinite

from pipeline.export.column import Column, Layout
from pipeline.export.form import INTEGER, LENGTH, TEXT, Form
from pipeline.simulate.trial.subject import Subject


def _days(value: float) -> str:
    return f"{value:.4f}" if isfinite(value) else ""


DAYS = Form("number >= 0, 4 decimals", LENGTH.allowed, _days, float)

TRUTH: Layout[Subject] = Layout(
    "truth.csv",
    "one subject of a simulated trial; days count from randomization, which is 0",
    (
        Column("subject", "", "Subject identifier of the trial", TEXT, lambda s: s.name),
        Column("event_days", "d", "First of hepatic progression and death", DAYS, lambda s: s.course.event_days),
        Column(
            "event",
            "",
            "Which of the two it is: HEPATIC PROGRESSION or DEATH",
            TEXT,
            lambda s: "DEATH" if s.course.dies_first else "HEPATIC PROGRESSION",
        ),
        Column(
            "crossing_days",
            "d",
            "When the sum of the targets crosses the threshold of progression; later than death where that is first",
            DAYS,
            lambda s: s.course.crossing_days,
        ),
        Column("death_days", "d", "Death, also where follow-up ends before it", DAYS, lambda s: s.course.death_days),
        Column("end_days", "d", "End of follow-up", INTEGER, lambda s: s.course.ends_days),
        Column(
            "end",
            "",
            "Why follow-up ends: DROPOUT or DATA CUT",
            TEXT,
            lambda s: "DROPOUT" if s.course.dropped_out else "DATA CUT",
        ),
        Column(
            "therapy_days",
            "d",
            "Another therapy, also where follow-up ends before it; empty where there is none",
            DAYS,
            lambda s: s.course.therapy_days,
        ),
        Column(
            "extrahepatic_days",
            "d",
            "First extrahepatic lesion, also where follow-up ends before it; empty where there is none",
            DAYS,
            lambda s: s.course.extrahepatic_days,
        ),
    ),
)
"""Latent days; what is beyond follow-up nobody sees in the other tables."""
