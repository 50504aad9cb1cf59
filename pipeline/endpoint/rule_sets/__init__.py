"""The rule sets, one file each; read a file as a table from top to bottom."""
