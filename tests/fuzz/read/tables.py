"""What every command that takes tables from outside says of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from flows import line
from tests.builders.command import PROTOCOL
from tests.fuzz import hepatrack, outcome
from tests.fuzz.outcome import Line

if TYPE_CHECKING:
    from tests.fuzz.chunk import Events


@dataclass(frozen=True)
class Command:
    """A command with the tables that it takes, by option; the folder stands for {}."""

    words: tuple[str, ...]
    tables: Mapping[str, str]
    rest: tuple[str, ...] = ()


_TU, _TR, _RS, _ADSL = {"--tu": "TU.csv"}, {"--tr": "TR.csv"}, {"--rs": "RS.csv"}, {"--adsl": "ADSL.csv"}
_PARAMS = ("ALL", "PFS", "HPFS", "BOR", "DOR", "OS", "CBOR", "TTP", "THP")
COMMANDS: Mapping[str, Command] = {
    "respond": Command(("respond",), {**_TU, **_TR}, ("--out", "{}/out.csv")),
    "respond-all": Command(
        ("respond", "--scope", "liver"),
        {**_TU, **_TR, **_ADSL, "--anatomy": "anatomy.csv"},
        ("--out", "{}/out.csv", "--adtr", "{}/adtr.csv", "--certainty", "{}/sure.csv", "--explain", "{}/why.jsonl"),
    ),
    "respond-xpt": Command(("respond", "--criteria", "mrecist"), {**_TU, **_TR}, ("--out", "{}/out.xpt")),
    **{
        f"derive-{param}": Command(
            ("derive", "--param", param, *(("--impute", "first") if number % 2 else ())),
            {**_RS, **_ADSL, **({"--tu": "TU.csv"} if number % 3 == 0 else {})},
            ("--out", "{}/derived", *(("--rates", "{}/rates.csv") if number % 3 == 0 else ())),
        )
        for number, param in enumerate(_PARAMS)
    },
    "estimate": Command(
        ("estimate", "--param", "PFS"), {"--adtte": "ADTTE.csv", "--arms": "arms.csv"}, ("--out", "{}/est")
    ),
    "estimate-adsl": Command(
        ("estimate", "--param", "PFS"), {"--adtte": "ADTTE.csv", "--arms": "ADSL.csv"}, ("--out", "{}/est")
    ),
    "figures": Command(
        ("figures", "--scope", "whole-body", "--param", "PFS"),
        {"--adtr": "ADTR.csv", **_RS, "--adtte": "ADTTE.csv", **_ADSL},
        ("--out", "{}/fig"),
    ),
    "check": Command(("check", "{}/checked"), {"": "RS.csv"}),
    "visits": Command(("scan", "{}/images", "--headers-only"), {"--visits": "visits.csv"}),
    "ingest": Command(
        ("ingest", "{}/images", "--protocol", str(PROTOCOL), "--study", "{}/study"),
        {"--events": "events.csv", "--masks": "masks.csv", "--reads": "reads.csv", "--visits": "visits.csv"},
    ),
}
"""Every command that takes tables from outside; ingest ends when its tables are read."""


def read(folder: Path, names: Sequence[str], events: "Events") -> None:
    """Give each table to its command."""
    for name in names:
        number, command, option, file = name.split("|")
        with events.reading(name), mock.patch.object(line, "opened", side_effect=SystemExit(0)):
            done = hepatrack.run(*_words(folder, COMMANDS[command], option, folder / number / file))
        events.lines([_line(name, done)])


def _words(folder: Path, command: Command, option: str, mutated: Path) -> list[str]:
    place = str(mutated.parent)
    words = [word.format(folder) for word in command.words]
    if command.words[0] == "check":
        return ["check", place, "--out", f"{folder}/checked/findings.csv"]
    for each, file in command.tables.items():
        words += [each, str(mutated if each == option else folder / file)]
    return [*words, *(word.format(place) for word in command.rest)]


def _line(name: str, done: hepatrack.Done) -> Line:
    told = hepatrack.line(name, done)
    command = name.split("|")[1].partition("-")[0]
    return told if told.breach or told.outcome == outcome.READ else Line(name, f"{command} {told.outcome}")
