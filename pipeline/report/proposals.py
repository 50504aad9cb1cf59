"""The proposals that await a reader, as the Prefect UI shows them."""

from collections.abc import Sequence

from pipeline.model import flags
from pipeline.model.failure import Failure
from pipeline.model.lesion import Finding
from pipeline.report import wording


def markdown(subject: str, findings: Sequence[Finding], failures: Sequence[Failure]) -> str:
    """Return what was proposed for a subject, and what failed, as Markdown."""
    lines = [f"# {subject}: proposals awaiting a reader", ""]
    lines += ["| visit | lesion | role | state | long axis mm | viable mm | flags |", "|---|---|---|---|---|---|---|"]
    lines += [
        f"| {f.visit} | {f.lesion} | {f.role.value} | {f.state.value} | {wording.mm(f.long_axis_mm)} "
        f"| {wording.mm(f.viable_axis_mm)} | {flags.text(f.flags)} |"
        for f in findings
    ]
    lines += ["", *(f"- **{p.visit} {p.step}**: {p.reason}" for p in failures)]
    return "\n".join(lines)
