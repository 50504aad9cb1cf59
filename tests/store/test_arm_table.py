"""Arms from a table of two columns, and from ADSL itself."""

from pathlib import Path

import pytest

from pipeline.model.errors import InputError
from pipeline.store import arm_table


def written(folder: Path, text: str) -> Path:
    path = folder / "arms.csv"
    path.write_text(text, "utf-8")
    return path


def test_arms_are_read_once_per_subject(tmp_path: Path) -> None:
    arms = arm_table.read(written(tmp_path, "subject,arm\nS-001,BE\nS-002,CTACE\n"))
    assert (arms.by_subject, arms.notes) == ({"S-001": "BE", "S-002": "CTACE"}, ())
    with pytest.raises(InputError, match=r"row 3, columns subject: .* as in row 2"):
        arm_table.read(written(tmp_path, "subject,arm\nS-001,BE\nS-001,CTACE\n"))


@pytest.mark.parametrize(
    ("head", "row", "arm", "source"),
    [
        ("STUDYID,USUBJID,TRT01P,ARM,ACTARM", "R,S-1,BE,CTACE,X", "BE", "arms.csv: the arm is TRT01P"),
        ("usubjid,arm,actarm,AGE", "S-1,BE,X,60", "BE", "arms.csv: the arm is ARM"),
        ("USUBJID,ACTARM", "S-1,BE", "BE", "arms.csv: the arm is ACTARM"),
    ],
)
def test_adsl_gives_its_first_column_of_arms(tmp_path: Path, head: str, row: str, arm: str, source: str) -> None:
    arms = arm_table.read(written(tmp_path, f"{head}\n{row}\n"))
    assert (arms.by_subject, arms.notes) == ({"S-1": arm}, (source,))


def test_a_subject_of_adsl_may_have_no_arm_and_is_counted(tmp_path: Path) -> None:
    arms = arm_table.read(written(tmp_path, "USUBJID;TRT01P\nS-1;BE\nS-2;.\nS-3;\n"))
    assert (arms.by_subject, arms.notes) == (
        {"S-1": "BE"},
        ("arms.csv: the arm is TRT01P; 2 of 3 subjects have none",),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("USUBJID,AGE\nS-1,60\n", "missing column TRT01P, ARM, ACTARM; allowed: ADSL with one of these, or a table of"),
        ("USUBJID,ARM\nS-1,A\nS-1,A\n", "row 3, column USUBJID: found 'S-1'; allowed: each subject once; row 2 has it"),
        ("USUBJID,TRT01P\nS-1,\n", "column TRT01P: found no arm"),
        ("", "is empty"),
    ],
)
def test_a_table_without_arms_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        arm_table.read(written(tmp_path, text))
