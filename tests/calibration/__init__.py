"""How well the certainty of a PD call predicts a second reader, on simulated double reads."""
