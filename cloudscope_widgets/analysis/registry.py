"""The analyses there are, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cloudscope_widgets.analysis.base import Analysis
from cloudscope_widgets.analysis.diameter import Diameter
from cloudscope_widgets.analysis.heart_rate.analysis import HeartRate
from cloudscope_widgets.analysis.sum_intensity.analysis import IntensityAnalysis
from cloudscope_widgets.analysis.velocity.analysis import RadonVelocity

ANALYSES: Mapping[str, Analysis] = MappingProxyType(
    {analysis.name: analysis for analysis in (RadonVelocity(), HeartRate(), Diameter(), IntensityAnalysis())}
)


def find_analysis(name: str) -> Analysis:
    """Return the analysis called ``name``; ValueError names those there are."""
    if name not in ANALYSES:
        raise ValueError(f"there is no analysis {name!r}; the analyses are {', '.join(ANALYSES)}")
    return ANALYSES[name]
