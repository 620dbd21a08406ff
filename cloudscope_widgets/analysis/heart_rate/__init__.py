"""Heart rate from a velocity trace."""
