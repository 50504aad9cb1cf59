"""Rows of SDTM RELREC: TU with TR by lesion, TR with RS by visit."""

from pipeline.export import dataset
from pipeline.export.dataset import Dataset
from pipeline.export.domains.relrec import RELATIONS, RELREC
from pipeline.model.protocol import Protocol


def build(protocol: Protocol) -> Dataset:
    """Return RELREC; it holds of every subject."""
    names = ("RDOMAIN", "IDVAR", "RELTYPE", "RELID")
    rows = (dict(zip(names, relation, strict=True)) for relation in RELATIONS)
    return dataset.of(RELREC, [{"STUDYID": protocol.name, **row} for row in rows])
