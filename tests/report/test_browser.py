"""A real browser opens the pages without a complaint."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.report import pages
from tests.report import builder

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> str:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("no Chromium on PATH; install the package chromium")
    return found


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    pages.write(builder.study(), folder)
    return folder


def _run(chromium: str, profile: Path, page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={profile}",
        "--enable-logging=stderr",
        "--virtual-time-budget=2000",
        *options,
        page.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("index.html", ["RETNET sample study", "Not completed", "HEPATIC PROGRESSION"]),
        ("report/S-001.html", ["Subject S-001", "PROVISIONAL", "Key slices", "long 61.4 mm"]),
    ],
)
def test_page_opens_with_its_words_and_no_console_message(
    chromium: str, out: Path, tmp_path: Path, page: str, words: list[str]
) -> None:
    done = _run(chromium, tmp_path / "profile", out / page, "--dump-dom")
    assert [word for word in words if word not in done.stdout] == []
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []


def test_a_console_message_would_be_seen(chromium: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><title>t</title><script>console.error('seen')</script>")
    done = _run(chromium, tmp_path / "profile", page, "--dump-dom")
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line and "seen" in line] != []
