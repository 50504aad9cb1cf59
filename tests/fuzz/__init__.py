"""Mutated images, masks, protocols and tables: nothing ends the command, and everything has its line."""
