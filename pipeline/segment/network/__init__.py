"""Liver and lesions by the built-in networks: what goes in, what comes out; who runs them is handed in."""
