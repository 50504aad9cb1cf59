"""The CDISC datasets of an export: built from its cases, checked, written in every format asked for."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from pipeline.assess import plan, registry
from pipeline.export import adrs_visits, adsl, adtr, adtte_times, define, limits, pr, relrec, responses, tr, tu
from pipeline.export.case import Case
from pipeline.export.conformance import cdisc_tables, checks
from pipeline.export.conformance import definition as definition_of
from pipeline.export.conformance.breach import ConformanceRow
from pipeline.export.conformance.cdisc_tables import CdiscTables
from pipeline.export.dataset import Dataset, Model
from pipeline.export.domains import every
from pipeline.model import deciding
from pipeline.model.criterion import CriterionFacts
from pipeline.model.errors import InputError
from pipeline.model.failure import Failure
from pipeline.model.protocol import Protocol
from pipeline.store import dataset_write, tables

DEFINE_FILE = "define.xml"


DEFINE = "define"
"""The format that is no data: Define-XML."""
FORMATS = (*(each.name for each in dataset_write.FORMATS), DEFINE)
"""Permitted values of --format."""


def build(cases: Sequence[Case], protocol: Protocol) -> tuple[Dataset, ...]:
    """Return the datasets of the subjects in the order of their folders."""
    return (
        pr.build(cases, protocol),
        *tu.build(cases, protocol),
        *tr.build(cases, protocol),
        responses.build(cases, protocol),
        relrec.build(protocol),
        adsl.build(cases, protocol),
        adtr.build(cases, protocol),
        adrs_visits.build(cases, protocol, _deciding(protocol).category),
        adtte_times.build(cases, protocol),
    )


def _deciding(protocol: Protocol) -> CriterionFacts:
    return registry.get(deciding.of_trial(protocol).criterion).facts


def check_formats(formats: Sequence[str]) -> None:
    """Check that formats are known.

    Raises:
        InputError: one is not.
    """
    for name in formats:
        if name not in FORMATS:
            raise InputError(f"--format: found {name!r}; allowed: {', '.join(FORMATS)}")


def fitting(
    cases: Sequence[Case], protocol: Protocol, formats: Sequence[str]
) -> tuple[tuple[Case, ...], tuple[Failure, ...]]:
    """Return the subjects whose rows fit the formats, and why each of the others has none in the datasets."""
    if not _broken(build(cases, protocol), formats):
        return tuple(cases), ()
    trial = set(_broken(build((), protocol), formats))
    kept, failures = [], []
    for case in cases:
        broken = [line for line in _broken(build((case,), protocol), formats) if line not in trial]
        if broken:
            reason = f"not in sdtm/ and adam/, does not fit SAS transport version 5: {broken[0]}"
            failures.append(Failure(case.subject, "", "export", f"{reason}. Export with --format csv."))
        else:
            kept.append(case)
    return tuple(kept), tuple(failures)


def _broken(datasets: Sequence[Dataset], formats: Sequence[str]) -> list[str]:
    """Return what SAS transport files cannot hold of the datasets, nothing where none are asked for."""
    return (
        [line for dataset in datasets for line in limits.broken(dataset)] if dataset_write.XPT.name in formats else []
    )


def check(datasets: Sequence[Dataset], formats: Sequence[str]) -> None:
    """Check that the datasets fit the formats, before anything is written.

    Raises:
        InputError: what SAS transport files cannot hold, all of it.
    """
    broken = _broken(datasets, formats)
    if broken:
        raise InputError(
            "The datasets do not fit SAS transport version 5:\n  " + "\n  ".join(broken) + "\n"
            "Nothing was written. Correct what is named, or export with --format csv (or dataset-json, parquet)."
        )


def write(
    datasets: Sequence[Dataset], protocol: Protocol, out: Path, formats: Sequence[str], created: dt.datetime
) -> tuple[str, ...]:
    """Write the datasets under sdtm/ and adam/ and return their paths relative to `out`; files of earlier exports go.

    Raises:
        InputError: a value does not fit a format.
    """
    written: list[str] = []
    endings = [each.ending for each in dataset_write.FORMATS if each.name in formats]
    for model in Model:
        own = [dataset for dataset in datasets if dataset.domain.model is model]
        folder = out / model.value
        clear(folder)
        names = [(each, f"{each.domain.name.lower()}{ending}") for each in own for ending in endings]
        for each, name in names:
            dataset_write.write(each, folder / name, created)
        written += [f"{model.value}/{name}" for _, name in names]
        if DEFINE in formats and own:
            folder.mkdir(parents=True, exist_ok=True)
            tables.write_text(definition(own, protocol, endings, created).decode(), folder / DEFINE_FILE)
            written.append(f"{model.value}/{DEFINE_FILE}")
    return tuple(written)


def clear(folder: Path) -> None:
    """Remove what an export writes into a folder, so that files of two exports never stand side by side."""
    names = [f"{domain.name.lower()}{ending}" for domain in every.DOMAINS for ending in dataset_write.WRITERS]
    for name in (*names, DEFINE_FILE):
        (folder / name).unlink(missing_ok=True)


def conformance(datasets: Sequence[Dataset], protocol: Protocol, created: dt.datetime) -> tuple[ConformanceRow, ...]:
    """Return what our checks find in the datasets and in the Define-XML of them."""
    each_model = [[each for each in datasets if each.domain.model is model] for model in Model]
    defined = [
        definition_of.read(definition(own, protocol, (), created), frozenset(each.domain.name for each in own))
        for own in each_model
        if own
    ]
    by_name = {each.domain.name: cdisc_tables.of_dataset(each) for each in datasets}
    return checks.run(CdiscTables(by_name, tuple(defined)))


def definition(datasets: Sequence[Dataset], protocol: Protocol, endings: Sequence[str], created: dt.datetime) -> bytes:
    """Return Define-XML; it refers to transport files where they, or none, are written, else to the first format."""
    ending = dataset_write.XPT.ending if dataset_write.XPT.ending in endings or not endings else endings[0]
    files = {dataset.domain.name: f"{dataset.domain.name.lower()}{ending}" for dataset in datasets}
    criteria = tuple(method.facts for method in plan.methods(protocol))
    return define.document(datasets, define.Trial(protocol.name, protocol.title, criteria), files, created)
