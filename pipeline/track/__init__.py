"""Give each lesion one identity over all visits."""
