"""The velocity panel."""
