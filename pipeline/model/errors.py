"""The errors hepatrack raises; each message says what, found, allowed and next step."""


class HepatrackError(Exception):
    """Any failure that hepatrack foresees."""


class InputError(HepatrackError):
    """A file or a table from outside cannot be used."""


class ProtocolError(HepatrackError):
    """The trial protocol is not valid; the message names file and line."""


class IntegrityError(HepatrackError):
    """Stored data differ from what was recorded about them."""


class EngineError(HepatrackError):
    """An image engine (for example greedy) failed or is missing."""


class StorageError(HepatrackError):
    """A study's database, journal or disk cannot be used as it is: damaged, missing, full or out of reach."""


class OutOfReachError(StorageError):
    """A study's database cannot be opened now: in use, not permitted, its server away. That is no damage."""
