"""A whole simulated trial as measurements: latent courses, growth, visits, readers, tables."""
