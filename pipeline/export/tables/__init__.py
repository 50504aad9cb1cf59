"""The result tables, one layout a file: columns and their order are part of the product."""
