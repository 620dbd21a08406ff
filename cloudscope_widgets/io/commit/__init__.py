"""Writing the saved files: all of them or none."""
