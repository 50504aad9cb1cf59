"""Key slices: the slice that proves a measurement, its lines, its words, and a sheet of all."""
