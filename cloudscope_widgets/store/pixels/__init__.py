"""Pixel statistics of an open recording."""
