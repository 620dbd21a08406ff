"""Readers of image files."""
