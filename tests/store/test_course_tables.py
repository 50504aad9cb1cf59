"""Courses are read from the very tables that export writes."""

from pathlib import Path

from pipeline.assess.criteria import mrecist, recist11
from pipeline.export.tables.endpoints import ENDPOINTS
from pipeline.export.tables.timepoints import TIMEPOINTS
from pipeline.model import deciding
from pipeline.report.figures import change
from pipeline.store import course_tables
from pipeline.store import tables as files
from tests.report import builder


def test_what_export_writes_is_read(tmp_path: Path) -> None:
    subject = builder.progressing()
    files.write_csv(TIMEPOINTS.table(subject.timepoints), tmp_path / "timepoints.csv")
    files.write_csv(ENDPOINTS.table(subject.endpoints), tmp_path / "endpoint.csv")
    for method in (recist11.CRITERION, mrecist.CRITERION):
        (course,) = course_tables.read(tmp_path / "timepoints.csv", tmp_path / "endpoint.csv", "HPFS", method.facts)
        assert course.subject == subject.subject
        assert course.arm == ""
        assert [point.date for point in course.points] == [point.date for point in subject.timepoints]
        sums = [
            (deciding.viable(p) if method is mrecist.CRITERION else deciding.parts(p)).sums for p in subject.timepoints
        ]
        assert [point.sum_mm for point in course.points] == [s.sum_mm for s in sums]
        assert next(c.day for c in change.course(course)) == 0
        assert course.endpoint is not None
        assert course.endpoint.cnsr == next(row.cnsr for row in subject.endpoints if row.paramcd == "HPFS")
