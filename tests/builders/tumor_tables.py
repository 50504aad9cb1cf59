"""TU and TR tables from one line of text per lesion, and golden histories as such tables.

TU: `T01 TARGET LIVER`, `N1 NON-TARGET LYMPH NODE`, `NEW01 NEW LIVER @3` (VISITNUM 3, else 1),
`T1.1 TARGET LIVER @2 TUSPLIT` with TUTESTCD at the end.
TR: `T01 LDIAM 1=50 2=30.5 3=nd`: VISITNUM=value; nd is TRSTAT NOT DONE, small is too small to
measure without a number, small5 with it, `1=2.5cm` a value in cm; words for TUMSTATE
(`2=UNEQUIVOCAL_PROGRESSION`).
"""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyreadstat

from pipeline.model.lesion import Finding, Organ, State
from tests.builders import histories

Rows = list[dict[str, str]]
LOCATIONS = {
    Organ.LIVER: "LIVER",
    Organ.NODE: "LYMPH NODE",
    Organ.BONE: "BONE",
    Organ.LUNG: "LUNG",
    Organ.PERITONEUM: "PERITONEUM",
}

UNITS = {"VOLUME": "mL", "VVOLUME": "mL", "RADIODEN": "HU"}


@dataclass(frozen=True)
class Reader:
    """Who reads whom: USUBJID, --EVAL, --EVALID, and the visits whose rows are accepted."""

    subject: str = "S-1"
    kind: str = "INVESTIGATOR"
    name: str = ""
    accepted: tuple[str, ...] = ()

    def columns(self, prefix: str, visit: str) -> dict[str, str]:
        """The columns that are alike in TU and TR."""
        return {
            "STUDYID": "TRIAL",
            "DOMAIN": prefix,
            "USUBJID": self.subject,
            f"{prefix}EVAL": self.kind,
            f"{prefix}EVALID": self.name,
            f"{prefix}ACPTFL": "Y" if visit in self.accepted else "",
            "VISITNUM": visit,
            "VISIT": f"WEEK {visit}",
        }


INVESTIGATOR = Reader()
INDEPENDENT = Reader("S-1", "INDEPENDENT ASSESSOR", "RADIOLOGIST 1", ("1", "2"))


def tu(*lines: str, reader: Reader = INVESTIGATOR) -> Rows:
    """The rows of TU."""
    rows = []
    for line in lines:
        test = re.search(r" (TU[A-Z]+)$", line)
        visit = re.search(r" @(\S+)", line)
        link, role, *location = re.sub(r" (TU[A-Z]+$|@\S+)", "", line).split()
        number = visit[1] if visit else "1"
        rows.append(
            reader.columns("TU", number)
            | {"TULNKID": link, "TUTESTCD": test[1] if test else "TUMIDENT", "TUORRES": role, "TUSTRESC": role}
            | {"TULOC": " ".join(location)}
        )
    return rows


def tr(*lines: str, reader: Reader = INVESTIGATOR, dates: Sequence[str] = ()) -> Rows:
    """The rows of TR; dates are those of the visits 1, 2, ..."""
    rows = []
    for line in lines:
        link, test, *values = line.split()
        for pair in values:
            visit, _, value = pair.partition("=")
            place = int(Decimal(visit)) - 1
            date = dates[place] if place < len(dates) else ""
            rows.append(
                reader.columns("TR", visit)
                | {"TRLNKID": link, "TRTESTCD": test, "TRDTC": date}
                | _value(value, UNITS.get(test, "mm"))
            )
    return rows


def _value(text: str, unit: str) -> dict[str, str]:
    empty = dict.fromkeys(("TRORRES", "TRORRESU", "TRSTRESC", "TRSTRESN", "TRSTRESU", "TRSTAT"), "")
    if text == "nd":
        return empty | {"TRSTAT": "NOT DONE"}
    if text.startswith("small"):
        number = text.removeprefix("small")
        return empty | {"TRORRES": "TOO SMALL TO MEASURE", "TRSTRESC": number, "TRSTRESN": number}
    if not text.lstrip("-")[:1].isdigit():
        word = text.replace("_", " ")
        return empty | {"TRORRES": word, "TRSTRESC": word}
    number = text.removesuffix("cm")
    unit = "cm" if text.endswith("cm") else unit
    same = {"TRORRES": number, "TRSTRESC": number, "TRSTRESN": number}
    return empty | same | {"TRORRESU": unit, "TRSTRESU": unit}


def two_subjects() -> tuple[Rows, Rows]:
    """Two subjects, not in the order of their names, with two readers each."""
    of_tu: Rows = []
    of_tr: Rows = []
    for subject, values in (("S-2", "1=10.1 2=12.2 2.1=nd 10=5"), ("S-1", "1=84.7 2=121 10=0")):
        for kind, name in (("INVESTIGATOR", ""), ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1")):
            reader = Reader(subject, kind, name, ("2",))
            of_tu += tu("T01 TARGET LIVER", "NEW01 NEW LUNG @10", reader=reader)
            of_tr += tr(f"T01 LDIAM {values}", reader=reader, dates=("2014-01-01", "2014-02"))
    return of_tu, of_tr


def write(rows: Rows, path: Path) -> Path:
    """Write rows by the extension: CSV, SAS transport or Dataset-JSON; numbers are numbers where the form has them."""
    columns = list(rows[0])
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return path
    table = [[_cell(name, row[name]) for name in columns] for row in rows]
    if path.suffix == ".xpt":
        pyreadstat.write_xport(pd.DataFrame(table, columns=columns), str(path), file_format_version=5)
    else:
        names = [{"itemOID": name, "name": name} for name in columns]
        path.write_text(json.dumps({"datasetJSONVersion": "1.1.0", "columns": names, "rows": table}))
    return path


def _cell(name: str, text: str) -> str | float | None:
    if name in {"VISITNUM", "TRSTRESN"}:
        return float(text) if text else None
    return text


def of_history(text: str) -> tuple[Rows, Rows] | None:
    """Return a golden history as TU and TR; None where tables cannot say it.

    That is a proposal, a lesion merged with none, merged lesions that each carry a number, or
    a baseline without rows.
    """
    visits, findings = histories.lesions(text)
    place = {visit.name: str(number) for number, visit in enumerate(visits, start=1)}
    reader = Reader(histories.SUBJECT)
    named: dict[str, Finding] = {}
    for finding in findings:
        named.setdefault(finding.lesion, finding)
    lines = [
        f"{name} {first.role.value.upper()} {LOCATIONS[first.organ]} @{place[first.visit]}"
        for name, first in named.items()
    ]
    unsigned = any(not finding.reader for finding in findings)
    alone = any(
        finding.state is State.MERGED
        and not any(f.state is State.MERGED and f.visit == finding.visit and f is not finding for f in findings)
        for finding in findings
    )
    masses = [f.visit for f in findings if f.state is State.MERGED and f.long_axis_mm is not None]
    twofold = len(masses) > len(set(masses))
    if unsigned or alone or twofold or not any(finding.visit == visits[0].name for finding in findings):
        return None
    identified, results = tu(*lines, reader=reader), []
    for visit in visits:
        here = [finding for finding in findings if finding.visit == visit.name]
        number = place[visit.name]
        if not here:
            results += [f"{name} TUMSTATE {number}=nd" for name in list(named)[:1]]
        merged = [finding for finding in here if finding.state is State.MERGED]
        if merged:
            link = "/".join(finding.lesion for finding in merged)
            identified += tu(f"{link} TARGET LIVER @{number} TUMERGE", reader=reader)
            value = next((f"{f.long_axis_mm}" for f in merged if f.long_axis_mm is not None), "nd")
            results.append(f"{link} LDIAM {number}={value}")
            results += [f"{link} VDIAM {number}={f.viable_axis_mm}" for f in merged if f.viable_axis_mm is not None]
        for finding in here:
            if finding.state is State.SPLIT:
                parts = [f"{finding.lesion}.{part}" for part in (1, 2)]
                identified += tu(*(f"{part} TARGET LIVER @{number} TUSPLIT" for part in parts), reader=reader)
                assert finding.long_axis_mm is not None
                values = (Decimal(10), finding.long_axis_mm - 10)
                results += [f"{part} LDIAM {number}={value}" for part, value in zip(parts, values, strict=True)]
            elif finding.state is not State.MERGED:
                results += _lines(finding, number)
    return identified, tr(*results, reader=reader)


def timed(of_tu: Rows, of_tr: Rows, visits: str) -> tuple[Rows, Rows]:
    """Give the visits 1, 2, ... numbers and days of their own: `1@2024-01-02 | 900!@2024-05-01 T1@2024-05-03`.

    `!` flags the baseline record (TRLOBXFL); a lesion with a day behind it was scanned on that day.
    """
    timing: dict[str, tuple[str, bool, dict[str, str]]] = {}
    for place, part in enumerate(visits.split("|"), start=1):
        first, *days = part.split()
        number, _, day = first.partition("@")
        own = {lesion: day for lesion, _, day in (each.partition("@") for each in days)}
        timing[str(place)] = (number.removesuffix("!"), number.endswith("!"), {"": day, **own})
    made: list[Rows] = []
    for prefix, rows in (("TU", of_tu), ("TR", of_tr)):
        moved = []
        for row in rows:
            number, baseline, days = timing[row["VISITNUM"]]
            day = days.get(row[f"{prefix}LNKID"], days[""])
            flag = {"TRLOBXFL": "Y" if baseline else ""} if prefix == "TR" else {}
            moved.append({**row, "VISITNUM": number, "VISIT": f"WEEK {number}", f"{prefix}DTC": day, **flag})
        made.append(moved)
    return made[0], made[1]


def _lines(finding: Finding, number: str) -> list[str]:
    node = finding.organ is Organ.NODE
    axis = finding.short_axis_mm if node else finding.long_axis_mm
    test = "LPERP" if node else "LDIAM"
    words = {State.EQUIVOCAL: "EQUIVOCAL", State.PROGRESSED: "UNEQUIVOCAL_PROGRESSION"}
    lines = []
    if finding.state is State.NOT_EVALUABLE:
        lines.append(f"{test} {number}=nd")
    elif finding.state is State.ABSENT:
        lines.append(f"{test} {number}=0")
    elif finding.state is State.TOO_SMALL:
        lines.append(f"{test} {number}=small{'' if axis is None else axis}")
    elif finding.state in words or axis is None:
        lines.append(f"TUMSTATE {number}={words.get(finding.state, 'PRESENT')}")
    if finding.state not in {State.NOT_EVALUABLE, State.ABSENT, State.TOO_SMALL} and axis is not None:
        lines.append(f"{test} {number}={axis}")
    if finding.viable_axis_mm is not None:
        lines.append(f"VDIAM {number}={finding.viable_axis_mm}")
    return [f"{finding.lesion} {line}" for line in lines]
