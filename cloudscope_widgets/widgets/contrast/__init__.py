"""The contrast bar."""
