"""How the inputs of each kind are made: sound ones, mutated by a seeded choice."""
