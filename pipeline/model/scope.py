"""The two scopes that a time point is read in: the liver alone and the whole body."""

from enum import StrEnum


class Scope(StrEnum):
    """Which lesions a read regards; spelled as endpoint.scope of the protocol."""

    LIVER = "liver"
    WHOLE_BODY = "whole-body"
