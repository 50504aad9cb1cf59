"""The same data frame as R writes it, in SAS's own form and in those of R's, gives the same rows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.store import datasets

_FRAME = """
rows <- data.frame(
  USUBJID = c("S-1", "Größe", "S-3"),
  RANDDT = as.Date(c("2024-01-05", NA, "2024-12-31")),
  AVAL = c(23.4, NA, 7.8 * 3),
  TRDTC = c("2024-01", "2024-01-05T10:30", "")
)
folder <- commandArgs(trailingOnly = TRUE)[1]
at <- function(name) file.path(folder, name)
haven::write_sas(rows, at("t.sas7bdat"))
haven::write_xpt(rows, at("five.xpt"), version = 5)
haven::write_xpt(rows, at("eight.xpt"), version = 8)
write.csv(rows, at("comma.csv"), row.names = FALSE)
write.csv2(rows, at("semicolon.csv"), row.names = FALSE)
write.table(rows, at("tab.txt"), sep = "\\t", row.names = FALSE, fileEncoding = "UTF-16")
write.csv(rows, at("latin.csv"), row.names = FALSE, fileEncoding = "latin1")
"""
ROWS = [
    {"USUBJID": "S-1", "RANDDT": "2024-01-05", "AVAL": "23.4", "TRDTC": "2024-01"},
    {"USUBJID": "Größe", "RANDDT": "", "AVAL": "", "TRDTC": "2024-01-05T10:30"},
    {"USUBJID": "S-3", "RANDDT": "2024-12-31", "AVAL": "23.4", "TRDTC": ""},
]


@pytest.mark.r
def test_r_and_sas_write_what_is_read(tmp_path: Path, rscript: Callable[..., str]) -> None:
    rscript(_FRAME, tmp_path, libraries=["haven"])
    written = sorted(tmp_path.iterdir())
    assert len(written) == 7
    for path in written:
        assert [row.cells for row in datasets.read(path, ["USUBJID"])] == ROWS, path.name
