"""Start-up: the CPU seconds of a help page and of small tables, against the import of what any such command needs."""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import bench_respond

PEER = ("-c", "import typer, rich.console, pydantic")
"""What a command line with typed options imports at the least."""
REPEATS = 5
"""Runs of each call; own choice. The least of them is shown, for the first also fills the disk's cache."""


def cpu_seconds(arguments: tuple[str, ...]) -> float:
    """Run Python with these arguments; return the least user and system time of several runs."""
    return min(_once(arguments) for _ in range(REPEATS))


def _once(arguments: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Print the seconds of each call beside those of the peer."""
    peer = cpu_seconds(PEER)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench_respond.write(folder, subjects=2)
        tables = ("--tu", str(folder / "TU.csv"), "--tr", str(folder / "TR.csv"), "--out", str(folder / "RS.csv"))
        calls = {
            "--help": ("--help",),
            "export --help": ("export", "--help"),
            "respond, 2 subjects": ("respond", *tables),
        }
        for title, words in calls.items():
            seconds = cpu_seconds(("-m", "flows.cli", *words))
            sys.stdout.write(f"start-up, {title}: {seconds:.2f} s CPU; typer, rich and pydantic alone: {peer:.2f} s\n")


if __name__ == "__main__":
    main()
