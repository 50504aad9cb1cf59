"""The flow that a Prefect worker runs: one study folder, start to end (configs/prefect.yaml)."""

from pathlib import Path

from prefect import flow, get_run_logger

from flows import line
from pipeline.model.errors import HepatrackError
from pipeline.procedures import export, inputs, repair
from pipeline.settings import Settings


@flow(name="process study", persist_result=False)
def process(
    sources: list[str],
    protocol: str,
    study: str,
    out: str,
    events: str | None = None,
    masks: str | None = None,
    reads: str | None = None,
    visits: str | None = None,
    strict: bool = False,
) -> str:
    """Ingest, propose, assess and export; returns the path of the report. The parameters are the options of `run`.

    Raises:
        HepatrackError: at least one subject or visit could not be completed; the rest is written.
    """
    tables = (Path(table) if table else None for table in (events, masks, reads))
    listed = Path(visits) if visits else None
    asked = inputs.read([Path(source) for source in sources], Path(protocol), *tables, visits=listed, strict=strict)
    for conversion in asked.conversions:
        get_run_logger().info(conversion)
    with line.opened(Path(study), Settings()) as open_line:

        def whole_line() -> export.Exported:
            open_line.ingest(asked)
            open_line.propose()
            open_line.assess()
            return export.export(open_line, Path(out))

        result = repair.repaired(open_line.study.artifacts, whole_line, get_run_logger().warning)
    failures = result.report.failures
    if failures:
        first = failures[0]
        raise HepatrackError(f"{len(failures)} failures, the first: {first.subject} {first.visit}: {first.reason}")
    return str(result.index)
