"""restore: the way back from a damaged study."""

from pathlib import Path
from typing import Annotated

import typer

from flows import screen


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(restore)


def restore(
    study: Annotated[Path, typer.Option("--study", help="The damaged study's folder.", exists=True, file_okay=False)],
) -> None:
    """Make a study's damaged or lost database from its journal, or the journal from the database.

    Safe to repeat. What is damaged is kept beside under another name; a study that is whole stays as it is.
    """
    from flows import server
    from pipeline.procedures import restore as restoring
    from pipeline.procedures.study_folder import Study
    from pipeline.settings import Settings

    settings = Settings()
    Study(study).check_there(settings, "run")
    with server.locked(study):
        for line in restoring.restore(study, settings):
            screen.console().print(line, soft_wrap=True)
