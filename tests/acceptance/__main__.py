"""`python -m tests.acceptance OUT SAMPLE`: compare a run on the sample with its truth; exit 1 if a bar fails."""

import sys
from pathlib import Path

from tests.acceptance.sample import compare

comparison = compare(Path(sys.argv[1]), Path(sys.argv[2]))
sys.stdout.write("\n".join(["compared with sample_dicoms/MANIFEST.json:", *comparison.lines(), ""]))
sys.exit(0 if comparison.passed else 1)
