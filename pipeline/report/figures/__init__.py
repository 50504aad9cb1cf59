"""Figures for journals, as SVG and PNG with the numbers they show as CSV."""
