"""Import of what other programs saved."""
