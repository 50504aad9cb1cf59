"""List what the checks of the house would refuse: python -m tests.house [package ...]."""

import sys

from tests.house import constants

for source in constants.sources(*(sys.argv[1:] or ("pipeline", "flows"))):
    for line in constants.undocumented(source):
        sys.stdout.write(line + "\n")
