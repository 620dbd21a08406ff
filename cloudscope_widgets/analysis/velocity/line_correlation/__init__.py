"""Line correlation: the speed of red blood cells in a kymograph."""

from .gate import Refusal
from .measure import line_correlation
from .plan import WINDOWS
from .result import Choices, LineCorrelation

__all__ = ["WINDOWS", "Choices", "LineCorrelation", "Refusal", "line_correlation"]
