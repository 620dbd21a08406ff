"""Immutable values that describe a recording and what was found in it."""
