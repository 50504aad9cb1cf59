"""Who stands behind a row: --EVAL, --EVALID and the prefix of link identifiers (rule book, section 6)."""

import re
from dataclasses import dataclass

from pipeline.export.codelists import INDEPENDENT, INVESTIGATOR, SOFTWARE

_RADIOLOGIST = re.compile(r"(?:R|READER|RADIOLOGIST)[ _-]?0*([1-9]\d*)")
_ADJUDICATOR = re.compile(r"ADJ(?:UDICATOR)?")


@dataclass(frozen=True)
class Attribution:
    """EVAL, EVALID (empty where EVAL says it all) and prefix, R1 in R1-T01."""

    evaluation: str
    identifier: str
    prefix: str


def of(reader: str) -> Attribution:
    """Return the evaluator of a reader's name in the trial.

    1. R1, READER-1, RADIOLOGIST 1: the independent RADIOLOGIST 1, prefix R1.
    2. ADJ, ADJUDICATOR: the independent ADJUDICATOR, prefix ADJ.
    3. INVESTIGATOR: the site, prefix INV.
    4. Nobody: a proposal of the software, prefix S.
    5. Anyone else: an independent assessor under that name, in capitals.
    """
    name = reader.strip().upper()
    if not name:
        return Attribution(SOFTWARE, "", "S")
    if name == INVESTIGATOR:
        return Attribution(INVESTIGATOR, "", "INV")
    radiologist = _RADIOLOGIST.fullmatch(name)
    if radiologist:
        return Attribution(INDEPENDENT, f"RADIOLOGIST {radiologist[1]}", f"R{radiologist[1]}")
    if _ADJUDICATOR.fullmatch(name):
        return Attribution(INDEPENDENT, "ADJUDICATOR", "ADJ")
    return Attribution(INDEPENDENT, name, name)
