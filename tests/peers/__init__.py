"""hepatrack beside programs that do a part of its work."""
