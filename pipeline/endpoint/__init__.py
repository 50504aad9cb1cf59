"""The hepatic progression endpoint: progression date, events, censoring."""
