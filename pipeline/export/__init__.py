"""Plain tables and the manifest; pipeline.store writes them."""
