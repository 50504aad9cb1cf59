"""Our own checks of SDTM and ADaM tables, ours or anyone's: each one small function, its source and what it asks."""
