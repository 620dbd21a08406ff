"""Speeds in narrow records, from all pairs of pixels at once."""

from .estimate import PairEstimate, estimate_speeds
from .judge import Judged, judge, pair_gate_limits
from .layout import PairLayout, pair_layout

__all__ = ["Judged", "PairEstimate", "PairLayout", "estimate_speeds", "judge", "pair_gate_limits", "pair_layout"]
