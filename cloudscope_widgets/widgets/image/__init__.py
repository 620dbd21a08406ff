"""The image viewer."""
