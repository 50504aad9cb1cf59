"""Classify response, one criterion a file."""
