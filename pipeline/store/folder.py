"""A folder of results that is written whole or not at all."""

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.store import place


@contextmanager
def written(out: Path, owned: Collection[str]) -> Iterator[Path]:
    """Give an empty folder to write to; on success its files replace those in `out`, on an error nothing changes.

    owned: the names that the command may write. Those of an earlier run that were not
    written anew are removed, so that no old result stands beside new ones; other files stay.

    Raises:
        InputError: nothing can be written there.
    """
    place.check(out)
    made = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=out, prefix=".writing-"))
    try:
        yield fresh
        for name in owned:
            if not (fresh / name).exists():
                (out / name).unlink(missing_ok=True)
        for file in fresh.iterdir():
            file.replace(out / file.name)
    finally:
        shutil.rmtree(fresh)
        if made and not any(out.iterdir()):
            out.rmdir()
