"""A study folder: its database, its artifacts and what was asked of it."""

import functools
import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url

from pipeline.assess import registry
from pipeline.engines import shipped
from pipeline.model.errors import InputError
from pipeline.procedures import engines_file
from pipeline.settings import Settings
from pipeline.store import journal
from pipeline.store.artifacts import Artifacts, Ref
from pipeline.store.db.study import ARTIFACTS, StudyDatabase
from pipeline.store.file_hashes import FileHashes
from pipeline.store.journal import Journal

DATABASE = "study.sqlite"
"""File name of the SQLite database in the study folder."""


@functools.cache
def code_version() -> str:
    """Return the hash over the source code that results depend on, that of packages that bring criteria too.

    The networks are in it by what runs them and by their weights, engines of the user's own (HEPATRACK_ENGINES) too.

    Raises:
        InputError: the engines file is wrong.
        EngineError: what an engine needs is missing.
    """
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for path in sorted([*root.glob("pipeline/**/*.py"), *root.glob("flows/**/*.py")]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    for path in _of_packages():
        digest.update(path.read_bytes())
    for name, version in registry.packages().items():
        digest.update(f"{name} {version}".encode())
    digest.update(shipped.identity().encode())
    digest.update(engines_file.of_line(Settings()).identity().encode())
    return digest.hexdigest()[:16]


def _of_packages() -> Iterator[Path]:
    """Yield the source files of the packages that bring criteria, also where their version stays the same."""
    for top in sorted({module.partition(".")[0] for module in registry.modules()}):
        spec = importlib.util.find_spec(top)
        if spec is None:
            continue
        if spec.submodule_search_locations:
            for folder in spec.submodule_search_locations:
                yield from sorted(Path(folder).rglob("*.py"))
        elif spec.origin:
            yield Path(spec.origin)


def artifacts_of(study: str | Path) -> Artifacts:
    """Return the artifacts of a study folder."""
    return Artifacts(Path(study) / ARTIFACTS)


@dataclass(frozen=True)
class Study:
    """A study folder. What cannot be made again stands in its journal; all else comes from the sources."""

    path: Path

    @property
    def artifacts(self) -> Artifacts:
        """The content-addressed artifacts."""
        return artifacts_of(self.path)

    @property
    def journal(self) -> Journal:
        """The journal of what cannot be made again."""
        return Journal(self.path / journal.NAME)

    def url(self, settings: Settings) -> URL:
        """Return the SQLAlchemy URL of the database: the one of the settings, else SQLite in the folder."""
        given = settings.database_url.get_secret_value()
        return make_url(given) if given else URL.create("sqlite", database=str(self.path.resolve() / DATABASE))

    def file_hashes(self, *, verify: bool = False) -> FileHashes:
        """The hashes of source files as the study remembers them, none where all are to be read anew."""
        return FileHashes(self.path / "file-hashes.json", verify)

    def database(self, settings: Settings) -> StudyDatabase:
        """Open the study's database; begin a study where there is none.

        Raises:
            StorageError: database or journal is damaged, or one of them is gone.
        """
        return StudyDatabase.open(self.url(settings), self.path)

    def check_there(self, settings: Settings, command: str) -> None:
        """Refuse a folder that holds no study; nothing is made there.

        Raises:
            InputError: the folder, and the command that makes a study.
        """
        holds = any((self.path / name).exists() for name in (journal.NAME, DATABASE, ARTIFACTS))
        if not holds and not settings.database_url.get_secret_value():
            raise InputError(f"--study {self.path}: holds no study; run `hepatrack {command}` on it first")


@dataclass(frozen=True)
class Request:
    """What a study was asked to process: source folders and the protocol with its hash."""

    roots: tuple[str, ...]
    protocol: Ref
    protocol_name: str
    protocol_hash: str


def recorded(database: StudyDatabase, key: str, command: str) -> str:
    """Return a reference that an earlier command recorded.

    Raises:
        InputError: that command has not been run on the study.
    """
    value = database.get_meta(key)
    if not isinstance(value, str):
        raise InputError(f"the study holds no {key} yet; run `hepatrack {command}` on it first")
    return value
