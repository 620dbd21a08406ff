"""Model fit: the diameter of a vessel in fractions of a pixel, with a standard error."""

from .fit import ModelFit, fit_model
from .refusal import Refusal

__all__ = ["ModelFit", "Refusal", "fit_model"]
