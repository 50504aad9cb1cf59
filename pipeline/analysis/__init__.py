"""Estimation of time-to-event endpoints: survival, competing risks, interval censoring."""
