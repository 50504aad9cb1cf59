"""Accuracy against exact truth: lesions inserted into real CT, known motion; `make accuracy`."""
