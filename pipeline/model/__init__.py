"""Nouns shared by every stage: frozen, typed, free of input and output."""
