"""Find the liver on an image."""
