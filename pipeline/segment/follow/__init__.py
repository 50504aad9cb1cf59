"""Decide what became of known lesions at a later visit."""
