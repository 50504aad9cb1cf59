"""Forms in which other programs write a value or a text table, and the one form that each is read as."""
