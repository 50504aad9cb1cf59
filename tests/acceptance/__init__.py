"""Compare a finished run on sample_dicoms/ with the exact truth in its MANIFEST.json."""
