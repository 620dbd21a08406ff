"""Regions of interest on the page."""
