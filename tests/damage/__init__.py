"""What a kill, a full disk and damaged files do to a study; `python -m tests.damage` runs it all."""
