"""Measure lesions and burden in the acquired plane."""
