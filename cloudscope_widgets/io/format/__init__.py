"""The saved files: from and to a snapshot."""
