"""What runs in the interpreter of an engine: it imports the engine and nothing of hepatrack (run.py starts)."""
