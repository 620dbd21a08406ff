"""Diameter of a vessel from line scans across it."""

from .analysis import Diameter
from .measure import DiameterRows, measure_diameter
from .settings import Settings

__all__ = ["Diameter", "DiameterRows", "Settings", "measure_diameter"]
