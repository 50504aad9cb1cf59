"""Responses from accepted findings: RECIST 1.1 and mRECIST, whole body and liver."""
