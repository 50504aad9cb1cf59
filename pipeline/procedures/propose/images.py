"""Decode the volumes of one date and name their contrast phases together."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.ingest import calibration, checks
from pipeline.model import flags
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.errors import InputError
from pipeline.model.failure import Failure
from pipeline.model.flags import Flag, Severity
from pipeline.model.protocol import Protocol
from pipeline.phase import classify, organs
from pipeline.procedures.procedure import procedure
from pipeline.procedures.values import Decoded, DecodedDate
from pipeline.store import dicom
from pipeline.store.artifacts import Artifacts, Ref


@dataclass(frozen=True)
class DateInput:
    """The volumes of one subject on one date; content is the hash over the subject's files."""

    roots: tuple[str, ...]
    subject: str
    date: dt.date
    content: str
    volumes: tuple[Volume, ...]
    protocol: Protocol


@procedure("decode", DateInput, DecodedDate)
def decode(artifacts: Artifacts, given: DateInput) -> DecodedDate:
    """Decode what can be measured, classify the phases of the date jointly, add the protocol's checks."""
    roots = [Path(root) for root in given.roots]
    failures: list[Failure] = []
    read: list[tuple[Volume, Ref, organs.PhaseFeatures]] = []
    for volume in given.volumes:
        blocking = [flag for flag in volume.flags if flag.severity is Severity.BLOCK]
        if set(blocking) & checks.LISTED_ONLY:
            continue
        if blocking:
            failures.append(Failure(given.subject, str(given.date), "ingest", _blocked(volume, blocking)))
            continue
        try:
            image = dicom.load_volume(roots, volume)
        except InputError as error:
            failures.append(Failure(given.subject, str(given.date), "decode", str(error)))
            continue
        doubts = calibration.flags(image)
        if doubts:
            failures.append(Failure(given.subject, str(given.date), "ingest", _blocked(volume, list(doubts))))
            doubted = replace(volume, flags=flags.ordered(*volume.flags, *doubts))
            read.append((doubted, artifacts.put_image(image), organs.PhaseFeatures(volume.modality)))
            continue
        read.append((volume, artifacts.put_image(image), organs.features(image)))
    calls = classify.phases([(volume, features) for volume, _, features in read])
    volumes = tuple(
        Decoded(_named(volume, features, call, given.protocol), ref)
        for (volume, ref, features), call in zip(read, calls, strict=True)
    )
    return DecodedDate(given.date, volumes, tuple(failures))


def _named(volume: Volume, features: organs.PhaseFeatures, call: PhaseCall, protocol: Protocol) -> Volume:
    kept = set(volume.flags) - classify.RAISED
    raised = {*kept, *checks.against_protocol(volume, protocol), *classify.flags(volume, features, call)}
    return replace(volume, phase=call, flags=flags.ordered(*raised))


def _blocked(volume: Volume, blocking: list[Flag]) -> str:
    why = "; ".join(f"{flag.name}: {flag.meaning}; {flag.remedy}" for flag in blocking)
    return f"volume {volume.id} was not used. {why}"
