"""An open recording and its saved files."""
