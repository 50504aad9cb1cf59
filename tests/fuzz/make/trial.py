"""The sound tables and images that commands take beside a mutated one."""

from pathlib import Path

from pipeline.procedures import simulate_trial
from pipeline.simulate.trial.design import NO_EFFECT, Design
from tests.builders import dicom_series
from tests.builders.command import SAMPLE
from tests.fuzz import hepatrack

SUBJECTS = 4
"""Subjects of the trial whose tables are mutated; own choice, enough for two arms."""


def write(folder: Path) -> None:
    """Write the sound tables and images that commands take beside the mutated one."""
    simulate_trial.make(folder, Design(subjects=SUBJECTS, hazard_ratio=NO_EFFECT, seed=7))
    tables = {name: folder / f"{name}.csv" for name in ("TU", "TR", "RS", "RS2", "ADTR", "ADSL", "ADTTE")}
    respond = ("respond", "--tu", tables["TU"], "--tr", tables["TR"], "--out", tables["RS2"], "--adtr", tables["ADTR"])
    derive = ("derive", "--rs", tables["RS"], "--adsl", tables["ADSL"], "--param", "PFS", "--out", tables["ADTTE"])
    for words in (respond, derive):
        done = hepatrack.run(*words)
        assert done.code == 0, done.err
    for name in ("events.csv", "reads.csv"):
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    (folder / "mask.nii.gz").write_bytes(b"only its path is read")
    (folder / "masks.csv").write_text(
        "subject,date,acquisition,what,lesion,path\nS-001,2024-03-05,1,liver,,mask.nii.gz\n"
    )
    (folder / "anatomy.csv").write_text("word,organ\nHEPATIC DOME,liver\nHILAR NODE,lymph node\n")
    dicom_series.write_series(folder / "images")
    (folder / "visits.csv").write_text(
        f"subject,study_uid,series_uid,folder,visit,date\nS-001,{dicom_series.uid('study')},,,BASELINE,2024-03-05\n"
    )
    (folder / "checked").mkdir()
