"""Prefect flows and the command line: sequence, retries and concurrency, nothing medical."""
