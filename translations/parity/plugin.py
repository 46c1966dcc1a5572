"""The pytest plugin: live R and the comparisons of cases, as fixtures and options."""
