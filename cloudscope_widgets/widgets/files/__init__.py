"""The file browser."""
