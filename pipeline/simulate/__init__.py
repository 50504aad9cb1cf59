"""Make sample studies with known truth."""
