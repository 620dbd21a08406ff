"""Open recordings as observable objects."""
