"""Edge: third-party engines behind the callables in pipeline.model.engine."""
