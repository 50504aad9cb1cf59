"""`python -m tests.cases` prints what every case gives now, as rows of dicom.csv and tables.csv: to read before use."""

import csv
import sys
import tempfile
from pathlib import Path

from pipeline.procedures import scan
from tests.cases import commands, outcome

if __name__ == "__main__":
    writer = csv.writer(sys.stdout, lineterminator="\n")
    with tempfile.TemporaryDirectory() as folder:
        writer.writerow(("case", "volumes", "files"))
        for script in sorted((outcome.CASES / "dicom").glob("*.py")):
            writer.writerow((script.stem, *outcome.of(scan.scan([outcome.written(script.stem, Path(folder))]))))
        writer.writerow(())
        writer.writerow(("case", "out", "exit", "rows", "says"))
        for case in commands.names():
            for given in commands.run(case, Path(folder)):
                writer.writerow((case, given.out, given.code, given.rows, " | ".join(given.remarks)))
