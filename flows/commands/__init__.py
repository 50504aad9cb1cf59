"""The commands of the line, a file for each kind."""
