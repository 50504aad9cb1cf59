"""Find or adopt the liver and its lesions."""
