"""Decide the contrast phase of a volume from tags and from its organs."""
