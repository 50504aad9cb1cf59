"""Checks of the house itself: what every module must show, read from the source."""
