"""Diameter of a vessel from line scans across it."""

from .analysis import Diameter
from .by_model import diameter_by_model
from .measure import DiameterRows, measure_diameter
from .model_fit import ModelFit, Refusal
from .settings import Settings

__all__ = ["Diameter", "DiameterRows", "ModelFit", "Refusal", "Settings", "diameter_by_model", "measure_diameter"]
