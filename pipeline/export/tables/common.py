"""Columns that tables share, written once."""

from pipeline.export.column import own
from pipeline.export.form import FLAGS as FLAGS_FORM
from pipeline.export.form import MARK, TEXT
from pipeline.export.form import SUBJECT as SUBJECT_FORM

SUBJECT = own("subject", "", "Subject identifier of the trial", SUBJECT_FORM)
FLAGS = own("flags", "", "Doubts about the row, by the names of the [registry](flags.md)", FLAGS_FORM)
PROVISIONAL = own("provisional", "", "Whether an unsigned finding stands behind the row", MARK)
READER = own("reader", "", "Who read; several are joined by `;`; empty where nobody signed", TEXT)
ACCEPTED = own("accepted", "", "Whether the row counts", MARK)
