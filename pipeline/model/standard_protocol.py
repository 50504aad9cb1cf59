"""The rule book's defaults as a protocol, for commands without a trial's own and for what a file leaves out."""

from collections.abc import Mapping
from typing import Any

from pipeline.model.protocol import Protocol

DEFAULTS: Mapping[str, Any] = {
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
        "mrecist": {"phases": ["arterial"]},
    },
    "new_lesions": {},
    "endpoint": {},
    "reads": {},
}
"""What a protocol says where its file does not; every other key has its default in the model."""

STANDARD = Protocol.model_validate({"name": "STANDARD", **DEFAULTS})
"""RECIST 1.1 and mRECIST as published, the latter without the 5 mm rule that its source does not state."""
