"""Write the report: an index page and a page per subject, plain files without scripts.

The pages need no network, no server and no JavaScript; strings are escaped by the template
engine and a content security policy forbids everything but the report's own pictures and
style sheet. The same content gives the same bytes.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import jinja2

from pipeline.model import deciding as reads_of
from pipeline.model import words
from pipeline.model.endpoint import EndpointRow
from pipeline.model.flags import Severity
from pipeline.model.lesion import Role
from pipeline.model.response import CriterionRead, Explained, Response, TimePoint
from pipeline.model.scope import Scope
from pipeline.report import deciding, overview, sources, wording
from pipeline.report.content import KeySlice, StudyReport, SubjectReport
from pipeline.report.figures import burden, inline, subject_course
from pipeline.report.slices import picture

FOLDER = "report"
"""Everything but the index page lies here; files of an earlier report are removed from it."""

_OWN_SUFFIXES = frozenset({".html", ".png", ".css"})
_STYLE = "report.css"
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""Names that Windows keeps for devices, with any suffix."""


@dataclass(frozen=True)
class _Row:
    """One line of the index."""

    subject: str
    page: str
    visits: int
    trend: inline.Chart | None
    best: Response
    last: Response
    endpoint: EndpointRow | None
    flags: int
    blocking: int
    provisional: bool


@dataclass(frozen=True)
class _Shown:
    """A key slice on its page: its anchor, its file (from the folder of the index) and how to draw it."""

    id: str
    lesion_id: str
    file: str
    picture: picture.SlicePicture


@dataclass(frozen=True)
class _Gallery:
    """All key slices of one lesion; missing: visits without one and the lesion's state there."""

    id: str
    lesion: str
    role: Role
    shown: tuple[_Shown, ...]
    missing: tuple[tuple[str, str], ...]


def write(report: StudyReport, out: Path) -> Path:
    """Write the report into the folder `out` and return the path of its index page.

    Files of an earlier report that are no longer part of it are removed.
    """
    files = dict(_files(report))
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for path in sorted((out / FOLDER).rglob("*")):
        if path.is_file() and path.suffix in _OWN_SUFFIXES and path.relative_to(out).as_posix() not in files:
            path.unlink()
    return out / "index.html"


def _files(report: StudyReport) -> Iterator[tuple[str, bytes]]:
    """Every file of the report: its name below `out`, with '/' between parts, and its bytes."""
    env = _environment()
    names = file_names([subject.subject for subject in report.subjects])
    rows = [_row(subject, report, names[subject.subject]) for subject in report.subjects]
    counts = Counter(wording.status(row.endpoint) for row in rows if row.endpoint is not None)
    yield f"{FOLDER}/{_STYLE}", (resources.files("pipeline.report") / "templates" / _STYLE).read_bytes()
    yield (
        "index.html",
        env.get_template("index.html")
        .render(study=report, rows=rows, counts=counts, deciding=deciding.name(report.protocol))
        .encode(),
    )
    for n, subject in enumerate(report.subjects):
        gallery = _galleries(subject, names[subject.subject])
        for key, shown in zip(_ordered_keys(subject), (s for g in gallery for s in g.shown), strict=True):
            yield shown.file, picture.png(key)
        context = _subject_context(report, subject, gallery)
        context["previous"] = rows[n - 1] if n else None
        context["next"] = rows[n + 1] if n + 1 < len(rows) else None
        yield rows[n].page, env.get_template("subject.html").render(context).encode()


def _environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("mm", "change", "percent", "ml", "day", "response", "status", "duration", "phase", "measured"):
        env.filters[name] = getattr(wording, name)
    env.filters["plural"] = words.plural
    env.filters["svg"] = inline.svg
    env.filters["category"] = _category
    env.filters["explanations"] = _explanations
    env.filters["by_scope"] = _by_scope
    for get in (reads_of.parts, reads_of.viable, reads_of.others):
        env.filters[get.__name__] = get
    env.filters["linked"] = sources.linked
    env.filters["anchor"] = sources.anchor
    return env


def _subject_context(report: StudyReport, subject: SubjectReport, gallery: Sequence[_Gallery]) -> dict[str, object]:
    points = subject.timepoints
    shown = overview.accepted(points) if points else ()
    endpoint = overview.primary(subject.endpoints, report.protocol)
    return {
        "study": report,
        "subject": subject,
        "provisional": overview.provisional(subject),
        "failures": [failure for failure in report.failures if failure.subject == subject.subject],
        "deciding": deciding.name(report.protocol),
        "marks": deciding.marks(report.protocol),
        "endpoint_names": wording.ENDPOINT_NAMES,
        "sums": subject_course.draw(shown, subject.events, endpoint, report.protocol),
        "burden": burden.draw(shown, subject.events),
        "reads": [(r, [point for point in points if point.reader == r]) for r in overview.readers(points)],
        "sources": sources.of_page(each for point in points for _, each in _explanations(point)),
        "lesions": overview.lesions(subject),
        "gallery": gallery,
        "flags": overview.flags(subject),
        "events": sorted(subject.events, key=lambda event: event.date),
    }


def _row(subject: SubjectReport, report: StudyReport, name: str) -> _Row:
    points = overview.accepted(subject.timepoints) if subject.timepoints else ()
    raised = overview.flags(subject)
    return _Row(
        subject=subject.subject,
        page=f"{FOLDER}/{name}.html",
        visits=len(subject.visits),
        trend=subject_course.trend(points, report.protocol),
        best=overview.best_response(points, subject.endpoints, report.protocol),
        last=overview.last_response(points, report.protocol),
        endpoint=overview.primary(subject.endpoints, report.protocol),
        flags=len(raised),
        blocking=sum(row.flag.severity is Severity.BLOCK for row in raised),
        provisional=overview.provisional(subject),
    )


def _ordered_keys(subject: SubjectReport) -> list[KeySlice]:
    """Key slices by lesion, those of the long axis before those of the viable one, then by date."""
    roles = tuple(Role)
    return sorted(subject.keys, key=lambda key: (roles.index(key.role), key.lesion, key.kind.value, key.date))


def _galleries(subject: SubjectReport, name: str) -> list[_Gallery]:
    keys = _ordered_keys(subject)
    galleries = []
    for n, lesion in enumerate(dict.fromkeys(key.lesion for key in keys), start=1):
        own = [key for key in keys if key.lesion == lesion]
        sizes = [picture.size_mm(key) for key in own]
        view = (max(width for width, _ in sizes), max(height for _, height in sizes))
        shown = tuple(
            _Shown(f"key-{n}-{m}", str(n), f"{FOLDER}/{name}-{n}-{m}.png", drawn)
            for m, drawn in enumerate((picture.picture(key, view) for key in own), start=1)
        )
        galleries.append(_Gallery(str(n), lesion, own[0].role, shown, _missing(subject, lesion, own)))
    return galleries


def _missing(subject: SubjectReport, lesion: str, keys: Sequence[KeySlice]) -> tuple[tuple[str, str], ...]:
    dates = {key.date for key in keys}
    return tuple(
        (finding.visit or wording.day(finding.date), finding.state.value)
        for finding in subject.findings
        if finding.lesion == lesion and finding.date not in dates
    )


def _by_scope(point: TimePoint) -> list[CriterionRead]:
    """The reads of a time point, those of the liver first."""
    return sorted(point.reads, key=lambda read: read.scope is not Scope.LIVER)


def _explanations(point: TimePoint) -> tuple[tuple[str, Explained], ...]:
    """The responses of a time point by name, the deciding one first; those without a word are left out."""
    shown = reads_of.parts(point)
    named = (
        *((read.title, read.overall) for read in _by_scope(point)),
        ("Target lesions", shown.target),
        ("Non-target lesions", shown.non_target),
    )
    return tuple((name, explained) for name, explained in named if explained.sentence)


def _category(words: str) -> str:
    """A class name for a response or a status."""
    return re.sub(r"[^a-z]+", "-", words.lower()).strip("-") or "nothing"


def file_names(subjects: Sequence[str]) -> dict[str, str]:
    """A file name for each subject: its ID if that is safe, else a safe part of it and a hash.

    Names stay different on a disk that ignores case.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for subject in subjects:
        name = re.sub(r"[^A-Za-z0-9_-]", "-", subject)[:60]
        if name != subject or not name or name.lower() in taken or _RESERVED.fullmatch(name):
            name = f"{name}-{hashlib.sha256(subject.encode()).hexdigest()[:8]}"
        taken.add(name.lower())
        names[subject] = name
    return names
