"""Edge: bytes in and out (DICOM, NIfTI, CSV, YAML, artifacts, database)."""
