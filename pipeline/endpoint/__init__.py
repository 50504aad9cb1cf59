"""Derive hepatic progression-free survival with its event or censoring reason."""
