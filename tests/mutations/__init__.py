"""Mutation test of the rules: alter one comparison, threshold or reference at a time; some test must fail."""
