"""Measure the chain on the truth bench: python -m tests.benchmarks.accuracy [options]; docs/methods/accuracy.md.

Prints the table, writes it, the rows and the worst ten as pictures into out/accuracy, and adds a line to its history.
"""

import argparse
import csv
import datetime as dt
import json
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.engines.networks import NetworkEngine
from pipeline.store.artifacts import Artifacts
from tests.benchmarks.accuracy import backgrounds, cases, judged, kept, pictures, prompted, table
from tests.benchmarks.accuracy.backgrounds import Scan
from tests.benchmarks.accuracy.cases import Family
from tests.benchmarks.accuracy.rows import Rows

JUDGED_FROM = 100
"""Seeds from here on are for judging; those from 1 to 9 for tuning."""
OUT = kept.ROOT / "out" / "accuracy"
PARTS = ("alone", "phases", "prompts", "followed", "automatic", "cluster")
"""alone: one scan, no help; phases: the same with the arterial phase beside it; prompts: from a drawn long axis on the
scans of alone, the lesion network asked in the true liver beforehand; followed: lesions adopted at baseline;
automatic: three visits without help; cluster: up to 40 adopted lesions at two visits."""
_FAMILY = {
    "alone": Family.SINGLE,
    "phases": Family.SINGLE,
    "prompts": Family.SINGLE,
    "followed": Family.FOLLOWED,
    "automatic": Family.FOLLOWED,
    "cluster": Family.CLUSTER,
}
_CODE = ("engines", "measure", "model", "procedures", "register", "segment", "track", "volume")


def main(arguments: Sequence[str]) -> int:
    """Run the bench."""
    given = _parser().parse_args(arguments)
    scans = _scans(given.patients, given.without)
    if not scans:
        sys.stdout.write("no scan is left; see --patients and --without\n")
        return 1
    rows, failed, since, code = Rows(), [], time.perf_counter(), _code()
    for part in given.only or PARTS:
        mine = [scan for scan in scans if part != "phases" or cases.arterial_of(scan) is not None]
        for number in range(given.cases if mine else 0):
            scan, seed = mine[number % len(mine)], given.seed + number // len(mine)
            key = f"{part} {scan.name} {seed} {code}"
            try:
                made = kept.value(key, Rows, lambda p=part, s=scan, n=seed: _judge(p, s, n))
            except Exception as error:  # noqa: BLE001  a case that fails is counted, the rest goes on
                failed.append(f"{part} {scan.name} {seed}: {error}")
                sys.stderr.write(traceback.format_exc())
                continue
            rows += made
            sys.stdout.write(f"{part} {scan.name} seed {seed}: {time.perf_counter() - since:.0f} s\n")
            sys.stdout.flush()
    _write(given, rows, failed)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.accuracy", description=__doc__)
    parser.add_argument("--seed", type=int, default=JUDGED_FROM, help="first seed; 1 to 9 tune, 100 and above judge")
    parser.add_argument("--cases", type=int, default=4, help="cases of each part; one after the other by scan")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated")
    parser.add_argument("--patients", default="", help="only these patients, by comma")
    parser.add_argument("--without", default="", help="without these patients, by comma")
    return parser


def _scans(patients: str, without: str) -> list[Scan]:
    """The scans in an order in which every patient comes early: one of each, then the others."""
    wanted, unwanted = (set(filter(None, each.split(","))) for each in (patients, without))
    mine = [s for s in backgrounds.SCANS if (not wanted or s.patient in wanted) and s.patient not in unwanted]
    ranks: dict[str, int] = {}
    order = []
    for scan in mine:
        ranks[scan.patient] = ranks.get(scan.patient, -1) + 1
        order.append((ranks[scan.patient], len(order), scan))
    return [scan for _, _, scan in sorted(order, key=lambda item: item[:2])]


def _judge(part: str, scan: Scan, seed: int) -> Rows:
    case = cases.draw(scan, _FAMILY[part], seed, both=part == "phases")
    folder = kept.FOLDER / "chain"
    if part == "prompts":
        return prompted.prompted(case, NetworkEngine(threads=1))
    try:
        if _FAMILY[part] is Family.SINGLE:
            return judged.alone(case, Artifacts(folder))
        return judged.followed(case, Artifacts(folder), adopt=part != "automatic")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _code() -> str:
    """A hash of what results depend on: the chain's source, the weights, and the bench itself."""
    files = [path for name in _CODE for path in sorted((kept.ROOT / "pipeline" / name).rglob("*.py"))]
    files += sorted(Path(__file__).parent.glob("*.py"))
    unlike = {"__main__.py", "table.py", "scores.py"}
    texts = [path.read_bytes() for path in files if path.name not in unlike or path.parent != Path(__file__).parent]
    return kept.digest(*texts, NetworkEngine().identity())


def _write(given: argparse.Namespace, rows: Rows, failed: Sequence[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    found = table.lines(rows)
    shown = table.text(found) + "".join(f"\nfailed: {each}" for each in failed)
    sys.stdout.write(shown + "\n")
    (OUT / "table.md").write_text(shown, encoding="utf-8")
    for name, mine in vars(rows).items():
        if mine:
            with (OUT / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(asdict(mine[0])), lineterminator="\n")
                writer.writeheader()
                writer.writerows(asdict(row) for row in mine)
    for old in OUT.glob("worst-*.png"):
        old.unlink()
    for number, (key, what) in enumerate(_worst(rows), start=1):
        if pictures.path(key).exists():
            shutil.copy(pictures.path(key), OUT / f"worst-{number:02d} {what}.png".replace(" ", "-"))
    entry = {
        "when": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "seed": given.seed,
        "cases": given.cases,
        "parts": list(given.only or PARTS),
        "patients": given.patients,
        "without": given.without,
        "failed": list(failed),
        "figures": {line.what: [line.number, line.interval, line.n] for line in found},
    }
    with (OUT / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def _worst(rows: Rows) -> Iterator[tuple[str, str]]:
    """The ten worst pictures: lesions missed or outlined worst; livers, of whose Dice the lack counts thrice."""
    ranked = [
        (row.dice, f"lesion {row.case} {row.name}", f"lesion {row.case} {row.name}")
        for row in rows.lesions
        if row.long_axis_mm >= judged.MEASURABLE_MM
    ]
    ranked += [
        (row.dice, f"prompt {row.case} {row.name}", f"prompt {row.case} {row.name}")
        for row in rows.prompts
        if row.long_axis_mm >= judged.MEASURABLE_MM
    ]
    ranked += [
        (row.dice, f"followed {row.case} {row.visit} {row.name}", f"{row.case} {row.visit} {row.name}")
        for row in rows.followed
        if row.true_mm >= judged.MEASURABLE_MM
    ]
    ranked += [
        (1 - 3 * (1 - liver.dice), f"liver {liver.case} {liver.visit}", f"liver {liver.case} {liver.visit}")
        for liver in rows.livers
    ]
    for _, key, what in sorted(ranked)[:10]:
        yield key, what


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=kept.ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
