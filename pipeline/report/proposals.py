"""The proposals that await a reader, as the Prefect UI shows them."""

from collections.abc import Sequence

from pipeline.model import flags
from pipeline.model.failure import Failure
from pipeline.model.lesion import Finding
from pipeline.report import markdown, wording

_HEADINGS = ("visit", "lesion", "role", "state", "long axis mm", "viable mm", "flags")


def summary(subject: str, findings: Sequence[Finding], failures: Sequence[Failure]) -> str:
    """Return what was proposed for a subject, and what failed, as Markdown; why it failed is told by the report."""
    rows = (
        (
            f.visit,
            f.lesion,
            f.role,
            f.state,
            wording.mm(f.long_axis_mm),
            wording.mm(f.viable_axis_mm),
            flags.text(f.flags),
        )
        for f in findings
    )
    failed = [f"- **{markdown.escape(f.visit)} {markdown.escape(f.step)}**: not completed" for f in failures]
    table = markdown.table(_HEADINGS, rows, cell=markdown.escape)
    return "\n".join([f"# {markdown.escape(subject)}: proposals awaiting a reader", "", table, *failed])
