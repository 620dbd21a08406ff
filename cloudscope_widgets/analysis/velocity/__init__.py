"""Velocity of red blood cells."""
