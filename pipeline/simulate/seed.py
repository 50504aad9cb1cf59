"""The seed that a simulation starts from unless another is asked for."""

SEED = 20210301
"""No unit; own choice: the sample study in the repository was made from it."""
