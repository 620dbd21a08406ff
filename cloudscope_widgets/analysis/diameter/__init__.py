"""Diameter of a vessel from line scans across it."""

from .measure import DiameterRows, measure_diameter
from .settings import Settings

__all__ = ["DiameterRows", "Settings", "measure_diameter"]
