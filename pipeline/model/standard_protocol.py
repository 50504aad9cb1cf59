"""The rule book's defaults as a protocol, for commands that may run without a trial's own."""

from pipeline.model.protocol import Protocol

STANDARD = Protocol.model_validate(
    {
        "name": "STANDARD",
        "title": "Defaults of the rule book",
        "version": "1",
        "lengths_in": "mm",
        "intervals_in": "days",
        "arms": [{"code": "ALL", "label": "all subjects"}],
        "schedule": {},
        "imaging": {},
        "targets": {},
        "criteria": {
            "recist11": {"phases": ["portal venous", "arterial", "delayed"]},
            "mrecist": {"phases": ["arterial"], "progression_min_mm": 0},
        },
        "new_lesions": {},
        "endpoint": {},
        "reads": {},
    }
)
"""RECIST 1.1 and mRECIST as published, the latter without the 5 mm rule that its source does not state."""
