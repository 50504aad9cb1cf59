"""Find and outline lesions inside a liver."""
