"""Values that are missing, as SAS and R write them.

SAS prints a missing number as a point and its special missing values as `.A` to `.Z` and `._` (SAS 9.4 Language
Reference: Concepts, "Missing Values"); R writes `NA` into CSV (write.csv).
"""

from string import ascii_uppercase

SAS = frozenset({".", "._", *(f".{letter}" for letter in ascii_uppercase)})
"""In every form of a table."""
CSV = SAS | {"NA"}
"""In CSV."""
