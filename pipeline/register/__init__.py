"""Align visits and phases on the liver, and judge the result."""
