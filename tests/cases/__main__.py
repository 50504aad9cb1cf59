"""`python -m tests.cases` prints what every case gives now, as rows of dicom.csv: to be read before they are kept."""

import csv
import sys
import tempfile
from pathlib import Path

from pipeline.procedures import scan
from tests.cases import outcome

if __name__ == "__main__":
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("case", "volumes", "files"))
    with tempfile.TemporaryDirectory() as folder:
        for script in sorted((outcome.CASES / "dicom").glob("*.py")):
            writer.writerow((script.stem, *outcome.of(scan.scan([outcome.written(script.stem, Path(folder))]))))
