"""Kill a run at random moments, fill its disk, damage its files; each trial ends in equal tables or a way back.

    python -m tests.damage [--kills 30] [--seed 1] [--only kill|signal|disk|flips|files]

A trial is passed when no signed read is lost, no process is left after 10 s, and the rerun gives the tables of an
undisturbed run byte for byte (after `hepatrack restore` where the message asks for it).
"""

import argparse
import contextlib
import functools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.builders.command import hepatrack, inputs
from tests.damage import flips, processes, small_study

STUCK_SECONDS = 600.0
"""Seconds after which a command that was hit counts as hanging; own choice, far above a run on a loaded machine."""


def kill(small: small_study.SmallStudy, folder: Path, choice: random.Random) -> str:
    """Kill parent, worker, server or decoder at a random moment; return what is wrong, empty if nothing."""
    wanted = choice.choice(("parent", "worker", "server", "decoder"))
    after = choice.uniform(0.5, 1.1 * small.seconds)
    return _struck(small, folder, wanted, signal.SIGKILL, after)


def ask_to_end(small: small_study.SmallStudy, folder: Path, number: signal.Signals, after: float) -> str:
    """Send SIGTERM or SIGINT to the parent: it ends within 10 s with 128 and the number."""
    return _struck(small, folder, "parent", number, after)


def _struck(small: small_study.SmallStudy, folder: Path, wanted: str, number: signal.Signals, after: float) -> str:
    study, out = folder / "study", folder / "out"
    process = processes.start(["run", *inputs(small.source, study, out)], folder / "log")
    deadline = time.monotonic() + after
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    struck = False
    while not struck and process.poll() is None:
        struck = processes.hit(process.pid, wanted, number)
        time.sleep(0.05)
    print(f"  {number.name} to {wanted} after {after:.1f} s{'' if struck else ': had ended'}", flush=True)
    begun = time.monotonic()
    try:
        code = process.wait(processes.GONE_SECONDS if wanted == "parent" else STUCK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return f"{wanted} struck: the command did not end"
    took = time.monotonic() - begun
    if struck and number is not signal.SIGKILL and code not in (0, 128 + number):
        return f"exit code {code} after {number.name}"
    left = processes.left_after(process.pid)
    if left:
        for each in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each.pid, signal.SIGKILL)
        return f"left: {[each.command[:80] for each in left]}"
    print(f"  ended with {code} {took:.1f} s later", flush=True)
    return small.rerun_differs(study, out)


def full_disk(small: small_study.SmallStudy, folder: Path, megabytes: int) -> str:
    """Run on a disk of some MB: one line within seconds, then on a larger disk the same tables."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        return f"not tried: no tmpfs may be mounted ({mounted.stderr.decode().strip()})"
    try:
        process = processes.start(["run", *inputs(small.source, disk / "study", folder / "out")], folder / "log")
        code = process.wait(STUCK_SECONDS)
        text = (folder / "log").read_text(encoding="utf-8")
        print(f"  {megabytes} MB: exit code {code}: {text.strip().splitlines()[-1][:160]}", flush=True)
        if code != 2 or "disk full" not in text or "Traceback" in text:
            return f"exit code {code}: {text[-1500:]}"
        if processes.left_after(process.pid):
            return "processes left"
        subprocess.run(["mount", "-o", "remount,size=2g", disk], check=True)
        return small.rerun_differs(disk / "study", folder / "out")
    finally:
        subprocess.run(["umount", disk], check=True)


def small_files(small: small_study.SmallStudy, folder: Path, kilobytes: int) -> str:
    """Run where no file may grow beyond some KB, as under a quota: exit code 2 in time, then the same tables."""
    if shutil.which("prlimit") is None:
        return "not tried: prlimit is not here"
    study, out = folder / "study", folder / "out"
    limit = ("prlimit", f"--fsize={1024 * kilobytes}")
    process = processes.start(["run", *inputs(small.source, study, out)], folder / "log", *limit)
    code = process.wait(STUCK_SECONDS)
    text = (folder / "log").read_text(encoding="utf-8")
    print(f"  {kilobytes} KB: exit code {code}: {text.strip().splitlines()[-1][:160]}", flush=True)
    if code != 2:
        return f"exit code {code}: {text[-1500:]}"
    if processes.left_after(process.pid):
        return "processes left"
    return small.rerun_differs(study, out)


def damaged_files(small: small_study.SmallStudy, folder: Path, choice: random.Random) -> Iterator[tuple[str, str]]:
    """Damage database or journal of a finished study; yield each damage and what is wrong, empty if nothing."""
    for name, damage in DAMAGE.items():
        study, out = folder / name.replace(" ", "-") / "study", folder / name.replace(" ", "-") / "out"
        shutil.copytree(small.study, study)
        damage(study, choice)
        done = hepatrack("run", *inputs(small.source, study, out))
        if "Traceback" in done.err or done.code not in (0, 2):
            yield name, f"exit code {done.code}: {done.err[-800:]}"
            continue
        if done.code == 2:
            print(f"  {name}: {done.err.strip().splitlines()[-1][-220:]}", flush=True)
            restored = hepatrack("restore", "--study", study)
            if restored.code:
                yield name, f"restore ended with {restored.code}: {restored.err[-800:]}"
                continue
        else:
            print(f"  {name}: unnoticed or harmless", flush=True)
        yield name, small.rerun_differs(study, out)


def _cut(name: str, share: float) -> Callable[[Path, random.Random], None]:
    def damage(study: Path, _choice: random.Random) -> None:
        path = study / name
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])

    return damage


def _flip(name: str) -> Callable[[Path, random.Random], None]:
    def damage(study: Path, choice: random.Random) -> None:
        path = study / name
        content = bytearray(path.read_bytes())
        at = choice.randrange(8 * len(content))
        content[at // 8] ^= 1 << at % 8
        path.write_bytes(content)

    return damage


def _remove(name: str) -> Callable[[Path, random.Random], None]:
    def damage(study: Path, _choice: random.Random) -> None:
        (study / name).unlink()

    return damage


def _change_value(study: Path, _choice: random.Random) -> None:
    """Change a length within a value that can be made again: JSON stays JSON, and pages stay sound."""
    with contextlib.closing(sqlite3.connect(study / "study.sqlite")) as database, database:
        changed = database.execute("update finding set document = json_set(document, '$.long_axis_mm', '99.9')")
        assert changed.rowcount > 0


DAMAGE = {
    "database empty": _cut("study.sqlite", 0),
    "database half": _cut("study.sqlite", 0.5),
    "database gone": _remove("study.sqlite"),
    **{f"database flipped {n}": _flip("study.sqlite") for n in range(1, 4)},
    "database value changed": _change_value,
    "journal empty": _cut("journal.jsonl", 0),
    "journal half": _cut("journal.jsonl", 0.5),
    "journal gone": _remove("journal.jsonl"),
    "journal flipped": _flip("journal.jsonl"),
}


@dataclass
class Trials:
    """The trials that were made in a folder, and what was wrong."""

    base: Path
    count: int = 0
    wrong: list[str] = field(default_factory=list)

    def one(self, title: str, run: Callable[[Path], str]) -> None:
        """Make one trial in a folder of its own, which is removed."""
        folder = self.base / f"trial-{self.count}"
        folder.mkdir()
        print(title, flush=True)
        self.note(title, run(folder))
        shutil.rmtree(folder, ignore_errors=True)

    def note(self, title: str, reason: str) -> None:
        """Count a trial; a reason means that it failed."""
        self.count += 1
        print(f"  {f'FAILED: {reason}' if reason else 'passed'}", flush=True)
        if reason:
            self.wrong.append(f"{title}: {reason}")


def _files(trials: Trials, small: small_study.SmallStudy, choice: random.Random, _kills: int) -> None:
    folder = trials.base / "files"
    folder.mkdir()
    for title, reason in damaged_files(small, folder, choice):
        trials.note(title, reason)


def _disks(trials: Trials, small: small_study.SmallStudy, _choice: random.Random, _kills: int) -> None:
    for megabytes in DISKS_MB:
        trials.one("full disk", functools.partial(full_disk, small, megabytes=megabytes))
    for kilobytes in FILES_KB:
        trials.one("quota", functools.partial(small_files, small, kilobytes=kilobytes))


def _flips(trials: Trials, small: small_study.SmallStudy, choice: random.Random, _kills: int) -> None:
    expected = flips.content(small.study)
    for place in flips.PLACES:
        done = [flips.flip(small.study, trials.base / "flipped", place, choice, expected) for _ in range(FLIPS)]
        told, wrong = sum(each for each, _ in done), [reason for _, reason in done if reason]
        print(
            f"{FLIPS} bits flipped, {place}: {told} told with the way back, {FLIPS - told} change no value", flush=True
        )
        trials.note(f"flips, {place}", "; ".join(wrong))


def _signals(trials: Trials, small: small_study.SmallStudy, _choice: random.Random, _kills: int) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        for share in (0.2, 0.7):
            trials.one("signal", functools.partial(ask_to_end, small, number=number, after=share * small.seconds))


def _kills(trials: Trials, small: small_study.SmallStudy, choice: random.Random, kills: int) -> None:
    for _ in range(kills):
        trials.one("kill", functools.partial(kill, small, choice=choice))


GROUPS = {"flips": _flips, "files": _files, "disk": _disks, "signal": _signals, "kill": _kills}
DISKS_MB = (10, 30, 40)
"""Sizes in MB of the disks that fill up: own choice, at the start, within the first steps, later."""
FILES_KB = (60, 1900)
"""Sizes in KB that no file may pass: own choice, for the study's database and for that of Prefect."""
FLIPS = 100
"""Bits flipped for each place (a count): own choice, about a minute."""


def main() -> None:
    """Make the trials asked for; exit code 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=tuple(GROUPS), action="append")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="damage") as name:
        trials = Trials(Path(name))
        small = small_study.make(trials.base)
        print(f"undisturbed: {small.seconds:.0f} s, {small.reads} signed reads", flush=True)
        for group in asked.only or GROUPS:
            GROUPS[group](trials, small, random.Random(asked.seed), asked.kills)
    print(f"{trials.count} trials, {len(trials.wrong)} failed")
    for each in trials.wrong:
        print(each)
    sys.exit(1 if trials.wrong else 0)


if __name__ == "__main__":
    main()
