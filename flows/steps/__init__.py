"""The steps of the line: each loads stored values, calls the stages, and returns what to store."""
