"""Events in a velocity trace."""
