"""The inputs of ../shared/cases as tests: what each gives, against a table of what is right."""
