"""The metadata of every exported dataset as literal tables, one dataset a file."""
