"""The save bar."""
