"""Every fault planted into the tables of a trial is named in one run, and costs its subject alone."""
