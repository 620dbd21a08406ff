"""Edits of a snapshot."""
