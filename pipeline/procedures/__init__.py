"""The use cases: what strings stages together, on stored values, without Prefect; flows and the web call them."""
