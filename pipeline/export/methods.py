"""How derived variables are computed, as Define-XML tells a reviewer: one entry a rule."""

METHODS: dict[str, str] = {
    "SEQ": "Counted from 1 within USUBJID in the sort order of the keys.",
    "STUDYDAY": (
        "Date minus reference start date, plus 1 on and after it. The reference start is the first embolization; "
        "empty where there is none."
    ),
    "VISITNUM": (
        "By the name of the visit, over all subjects: BASELINE 1, the n-th scheduled follow-up n + 1. An unscheduled "
        "scan has the number of the visit due before it plus the days since then / 1000 (U045 is 1.045); V02, of a "
        "subject whose clock never started, is 102; a name that the schedule does not give is 201 or more. Scans "
        "before the baseline are no time points."
    ),
    "READVER": "Rank by signing time of this reader's signings of this lesion at this visit; the latest is exported.",
    "ACCEPTED": (
        "Y where the finding counts: a signed read stands above a proposal, of several signings the newest counts."
    ),
    "SUMS": (
        "Sums over the target lesions of the protocol's endpoint scope, from the recorded values in exact decimals; "
        "baseline and nadir (least complete sum of baseline and earlier visits) as in RECIST 1.1. Percentages at 0.1, "
        "half up. No row where a target was not measured."
    ),
    "STDRES": (
        "The recorded value. Too small to measure: the number given, else the protocol's value (5 mm). Absent: 0. "
        "Coalesced into another target that carries the diameter: 0."
    ),
    "LNSTATE": "PATHOLOGICAL from the protocol's limit of a normal short axis (10 mm) on.",
    "BASE": "AVAL of the baseline visit of the same reader, lesion and parameter.",
    "CHG": "AVAL minus BASE.",
    "PCHG": "100 x (AVAL - BASE) / BASE at 0.1, half up; empty against 0.",
    "NADIR": "Least complete sum of baseline and earlier visits; for sums only.",
    "CHGNAD": "AVAL minus NADIR.",
    "PCHGNAD": "100 x (AVAL - NADIR) / NADIR at 0.1, half up; empty against 0.",
    "AVAL_DAYS": "ADT - STARTDT + 1.",
    "CNSR": "0 for an event, else the code of the reason of censoring (EVNTDESC).",
    "INTERVAL": (
        "The event lies after the last adequate assessment without it (the start without one) and at the latest at "
        "the scan that shows it; death lies on its day; open to the right while no event was seen. Days as AVAL."
    ),
    "RESPONSE": "The rule that fired stands in timepoints and explanations; method: docs/methods/recist11.md.",
}
"""Text of each method by its name."""
