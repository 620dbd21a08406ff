"""Settings of the intensity trace and its peaks, by the names of the saved files; presets of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

SignalName = Literal[
    "sum_intensity",
    "norm_sum_intensity",
    "filtered_norm_sum_intensity",
    "detrended_norm_sum_intensity",
    "df_f_signal",
]
SIGNALS: tuple[SignalName, ...] = get_args(SignalName)
"""Traces in which events can be looked for, as the columns of the table are called."""


@dataclass(frozen=True, slots=True)
class SumIntensitySettings:
    """How a trace is made and its events are found; defaults are those of the shared format."""

    window_radius_points: int = 6
    filter_method: Literal["none", "median"] = "median"
    median_filter_kernel_points: int = 3
    detrend_method: Literal["none", "single_exponential"] = "single_exponential"
    baseline_method: Literal["percentile", "manual"] = "percentile"
    baseline_percentile: float = 20.0
    manual_f0_baseline: float = 1.0
    baseline_window_ms: float = 100.0
    baseline_min_value: float = 1e-12
    detection_method: Literal["derivative_threshold", "absolute_threshold"] = "derivative_threshold"
    polarity: Literal["positive", "negative"] = "positive"
    detection_source: SignalName = "df_f_signal"
    absolute_threshold: float = 0.0
    derivative_threshold_per_sec: float = 3.0
    refractory_period_ms: float = 10.0
    peak_search_window_ms: float = 50.0
    width_search_window_ms: float = 750.0
    level_fractions: str = "0.1,0.2,0.5,0.8,0.9"

    def __post_init__(self) -> None:
        """Refuse what no single parameter shows to be wrong."""
        parsed_fractions(self.level_fractions)
        if self.baseline_method == "manual" and self.manual_f0_baseline == 0:
            raise ValueError("manual_f0_baseline must not be 0, because dF/F divides by it; give the F0 of the trace")

    @property
    def fractions(self) -> tuple[float, ...]:
        """Levels between onset and peak at which widths are measured."""
        return parsed_fractions(self.level_fractions)

    @property
    def sign(self) -> float:
        """1 where events go up, -1 where they go down."""
        return -1.0 if self.polarity == "negative" else 1.0


def parsed_fractions(text: str) -> tuple[float, ...]:
    """Read fractions separated by commas, such as "0.1,0.5,0.9"; ValueError when they are none."""
    try:
        fractions = tuple(float(part) for part in text.split(","))
    except ValueError:
        fractions = ()
    if not fractions or not all(0 < fraction < 1 for fraction in fractions) or len(set(fractions)) < len(fractions):
        raise ValueError(
            f'level_fractions must be different numbers between 0 and 1, separated by commas, like "0.1,0.5,0.9"; '
            f"got {text!r}"
        )
    return fractions


def points(milliseconds: float, seconds_per_line: float) -> int:
    """Lines that a time takes, rounded half to even."""
    return round(milliseconds / 1000.0 / seconds_per_line)


PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        name: MappingProxyType(
            {
                "window_radius_points": 0,
                "derivative_threshold_per_sec": 1.0,
                "refractory_period_ms": refractory_ms,
                "peak_search_window_ms": peak_ms,
                "width_search_window_ms": width_ms,
            }
        )
        for name, refractory_ms, peak_ms, width_ms in (
            ("fast", 10.0, 50.0, 150.0),
            ("medium", 250.0, 150.0, 500.0),
            ("slow", 500.0, 250.0, 750.0),
        )
    }
)
"""Settings for indicators and events of different speed: what each one changes of the defaults."""
