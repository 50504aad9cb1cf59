"""Pages: well-formed, self-contained, escaped, complete, the same bytes every time."""

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.model.catalog import FileCount, FileStatus
from pipeline.model.failure import Failure
from pipeline.model.flags import Flag
from pipeline.report import pages
from tests.report import builder

VOID = {"meta", "link", "br", "img", "hr", "input"}
HOSTILE = "<script>alert('x')</script>\"'&"


class _Tree(HTMLParser):
    """Checks that tags nest, and collects what a test asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()} closes another tag"

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _parse(path: Path) -> _Tree:
    tree = _Tree()
    tree.feed(path.read_text("utf-8"))
    tree.close()
    assert tree.open == []
    return tree


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assert pages.write(builder.study(), folder) == folder / "index.html"
    return folder


def _pages(out: Path) -> list[Path]:
    return [out / "index.html", *sorted((out / "report").glob("*.html"))]


def test_pages_are_well_formed_with_unique_ids(out: Path) -> None:
    assert len(_pages(out)) == 4
    for page in _pages(out):
        tree = _parse(page)
        ids = [attrs["id"] for _, attrs in tree.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        for _, attrs in tree.tags:
            for name in ("aria-labelledby", "href"):
                value = attrs.get(name) or ""
                wanted = value.split() if name == "aria-labelledby" else [value[1:]] if value.startswith("#") else []
                assert set(wanted) <= set(ids)


def test_pages_hold_no_script_no_inline_style_and_nothing_from_outside(out: Path) -> None:
    for page in _pages(out):
        for tag, attrs in _parse(page).tags:
            assert tag not in {"script", "style", "iframe", "object"}
            assert not any(name == "style" or name.startswith("on") for name in attrs)
            for name in ("href", "src"):
                assert not re.match(r"[a-z]+:|//", attrs.get(name) or "")
    style = (out / "report" / "report.css").read_text()
    assert "url(" not in style
    assert "@import" not in style


def test_every_link_leads_to_a_file(out: Path) -> None:
    tables = set(builder.study().tables)
    for page in _pages(out):
        for _, attrs in _parse(page).tags:
            target = attrs.get("href") or ""
            if target and not target.startswith("#") and target not in tables:
                assert (page.parent / target).is_file(), f"{page.name} links to {target}"


def test_every_picture_has_a_text(out: Path) -> None:
    for page in _pages(out):
        for tag, attrs in _parse(page).tags:
            if tag == "svg":
                assert attrs.get("aria-hidden") == "true" or attrs.get("aria-label") or attrs.get("aria-labelledby")


def test_same_content_same_bytes(out: Path, tmp_path: Path) -> None:
    pages.write(builder.study(), tmp_path)
    files = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert all((out / name).read_bytes() == (tmp_path / name).read_bytes() for name in files)


def test_subject_page_tells_the_course_and_the_rules(out: Path) -> None:
    words = re.sub(r"\s+", " ", " ".join(_parse(out / "report" / "S-001.html").words))
    for word in (
        "PROVISIONAL: unsigned proposals",
        "HEPATIC PROGRESSION",
        "335 days (11.0 months)",
        "−31.9 %",
        "+25.1 %",
        "Eisenhauer 2009",
        "recist11.overall.pd",
        Flag.PHASE_SWITCH.meaning,
        Flag.PHASE_SWITCH.remedy,
        "viable 48.2 mm",
        "No key slice:",
        "W36 (not evaluable)",
        "aorta 268 HU",
        "0.957",
        "liver Dice below 0.90",
        "PRRT",
    ):
        assert word in words


def test_each_key_slice_names_its_instance(out: Path) -> None:
    named = [attrs["title"] for _, attrs in _parse(out / "report" / "S-001.html").tags if attrs.get("class") == "slice"]
    assert named == ["series , SOP instance 1.2.3.4"] * len(builder.progressing().keys)


def test_index_shows_failures_first_and_every_subject(out: Path) -> None:
    text = (out / "index.html").read_text("utf-8")
    assert text.index("pixel data cut short") < text.index("Table of subjects")
    words = " ".join(_parse(out / "index.html").words)
    for word in ("S-001", "S-002", "S-003", "NO START DATE", "not derived", "censored", "signed", "1 block"):
        assert word in words


def test_hostile_strings_are_shown_as_text(tmp_path: Path) -> None:
    subject = dataclasses.replace(builder.without_start(), subject=HOSTILE)
    points = tuple(dataclasses.replace(point, subject=HOSTILE, visit=HOSTILE) for point in subject.timepoints)
    keys = tuple(dataclasses.replace(key, visit=HOSTILE, lesion=HOSTILE) for key in subject.keys)
    subject = dataclasses.replace(subject, timepoints=points, keys=keys)
    study = dataclasses.replace(
        builder.study(subject),
        title=HOSTILE,
        failures=(Failure(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        tables=(HOSTILE,),
    )
    pages.write(study, tmp_path)
    assert len(_pages(tmp_path)) == 2
    for page in _pages(tmp_path):
        assert "<script" not in page.read_text("utf-8")
        assert HOSTILE in "".join(_parse(page).words)


def test_files_of_an_earlier_report_go_and_others_stay(tmp_path: Path) -> None:
    pages.write(builder.study(), tmp_path)
    (tmp_path / "lesions.csv").write_text("kept")
    pages.write(builder.study(builder.without_start()), tmp_path)
    assert {path.name for path in (tmp_path / "report").iterdir()} == {"report.css", "S-003.html", "S-003-1-1.png"}
    assert (tmp_path / "lesions.csv").read_text() == "kept"


def test_plain_subjects_keep_their_name() -> None:
    assert pages.file_names(["S-001", "HCC_007"]) == {"S-001": "S-001", "HCC_007": "HCC_007"}


def test_file_names_are_safe_and_different_even_where_case_is_ignored() -> None:
    subjects = ["../../x", "..", "a b", "a/b", "", "ä", "x" * 300, "s-1", "S-1"]
    names = pages.file_names(subjects)
    assert list(names) == subjects
    assert len({name.lower() for name in names.values()}) == len(subjects)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name) for name in names.values())


def test_what_became_of_the_source_files_is_counted_on_the_index(tmp_path: Path) -> None:
    files = (
        FileCount(20, FileStatus.LEFT_OUT, "same pixels under another SOP Instance UID as another file"),
        FileCount(38, FileStatus.USED, ""),
    )
    words = " ".join(_parse(pages.write(dataclasses.replace(builder.study(), files=files), tmp_path)).words)
    assert "20 left out same pixels under another SOP Instance UID as another file 38 used –" in words


def test_tags_that_vary_in_a_volume_stand_beside_its_flags(tmp_path: Path) -> None:
    subject = builder.progressing()
    varying = dataclasses.replace(subject.volumes[0], varies=("ImageType", "EchoTime"))
    pages.write(builder.study(dataclasses.replace(subject, volumes=(varying,))), tmp_path)
    assert "between slices: ImageType, EchoTime" in (tmp_path / "report" / "S-001.html").read_text("utf-8")


def test_an_empty_study_still_has_an_index(tmp_path: Path) -> None:
    study = dataclasses.replace(builder.study(), subjects=(), failures=())
    words = " ".join(_parse(pages.write(study, tmp_path)).words)
    assert "Subjects" in words
    assert "Not completed:" not in words


def _luminance(color: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(out: Path, scheme: int) -> None:
    style = (out / "report" / "report.css").read_text()
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]
    colors = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    grounds = {"good": "good-bg", "bad": "bad-bg", "warn": "warn-bg", "mid": "mid-bg"}
    pairs = [(word, "card") for word in ("ink", "quiet", "link", "viable", "event", "good", "bad", "warn")]
    for word, ground in [*pairs, ("quiet", "paper"), ("ink", "paper"), *grounds.items()]:
        light, dark = sorted((_luminance(colors[word]), _luminance(colors[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{word} on {ground}"
