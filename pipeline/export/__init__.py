"""Lay out result tables and the manifest as plain rows."""
