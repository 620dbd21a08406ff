"""Goals of the velocity measurement, row by row, and which classes of records each is judged on."""  # noqa: INP001  (scripts)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.velocity_accuracy import Scored, summarise

_SNR = ("-5 dB", "0 dB", "5 dB", "10 dB", "20 dB")
_STRIPES = ("stripes", "missing", "stripes, missing")
_FAST_BEATS = ("heartbeat w 16", "heartbeat w 32")
_SCANS = ("scan 38 px, with", "scan 38 px, anti", "scan 128 px, with", "scan 128 px, anti")
_MOVED = ("moved slowly", "sway 1500", "one step")
_STRONG = ("sway, stripes x3", "1500, stripes x3", "step, stripes x3")
_STALLS = ("stall 20 %", "stall 50 %", "stall 80 %", "stalls 600, 2000")


@dataclass(frozen=True, slots=True)
class Goal:
    """One number to reach."""

    title: str
    """Records and number, as the table says it."""

    classes: tuple[str, ...]
    """Classes of records it is judged on."""

    column: str
    """Column of the accuracy benchmark; its absolute value counts."""

    most: float = float("inf")
    """Largest value that reaches the goal."""

    least: float = 0.0
    """Smallest value that reaches the goal."""

    is_pooled: bool = False
    """Whether the classes are judged together; otherwise each of them, and the worst is shown."""

    def judged(self, scored: Mapping[str, Sequence[Scored]]) -> Judged:
        """Compare with what was measured in the records of each class."""
        groups = [self.classes] if self.is_pooled else [(name,) for name in self.classes]
        found = [(names, self._number([s for name in names for s in scored[name]])) for names in groups]
        names, value = max(found, key=lambda pair: self._excess(pair[1]))
        return Judged(self, value, names[0] if len(groups) > 1 else "")

    def _number(self, scored: Sequence[Scored]) -> float:
        return abs(summarise(scored)[self.column])

    def _excess(self, value: float) -> float:
        """How far a value is beyond its nearer limit as a factor, at most 0 when reached; not measured is worst."""
        if np.isnan(value):
            return float("inf")
        over = -np.inf if np.isinf(self.most) else (value - self.most) / (self.most or 1)
        return max(over, (self.least - value) / self.least) if self.least else over

    @property
    def limits(self) -> str:
        """The goal in words."""
        if np.isinf(self.most):
            return f"≥ {self.least:g}"
        return f"{self.least:g} … {self.most:g}" if self.least else f"≤ {self.most:g}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal and what was reached."""

    goal: Goal
    value: float
    worst: str
    """Class that the value is of, empty when it is of all."""

    @property
    def is_reached(self) -> bool:
        """Whether the value lies within the limits; one that could not be measured does not."""
        return self.goal.least <= self.value <= self.goal.most


GOALS = (
    Goal("SNR −5 … 20 dB, constant flow: median error, %", _SNR, "median %", 0.4, is_pooled=True),
    Goal("SNR −5 … 20 dB, constant flow: outliers, %", _SNR, "outliers %", 0.2, is_pooled=True),
    Goal("standing stripes, missing lines, both: median error, %", _STRIPES, "median %", 0.5, is_pooled=True),
    Goal("standing stripes, missing lines, both: outliers, %", _STRIPES, "outliers %", 0.3, is_pooled=True),
    Goal("8 Hz heartbeat ±30 %, w 16 and 32: median error, %", _FAST_BEATS, "median %", 0.7),
    Goal("8 Hz heartbeat ±30 %, w 16 and 32: outliers, %", _FAST_BEATS, "outliers %", 0.3),
    Goal("the same, w 64: median error, %", ("heartbeat w 64",), "median %", 1.0),
    Goal("the same, w 64: outliers, %", ("heartbeat w 64",), "outliers %", 1.0),
    Goal("scan takes 90 % of the line, with and against it: bias, %", _SCANS, "bias %", 0.3),
    *(Goal(f"standing pattern, {name}: wrong among accepted, %", (name,), "wrong %", 0.5) for name in _MOVED),
    *(Goal(f"standing pattern, {name}: wrong among accepted, %", (name,), "wrong %", 2.0) for name in _STRONG),
    Goal("bleaching 50 %: wrong among accepted, %", ("bleaching",), "wrong %", 0.5),
    Goal("stalls of four kinds: wrong among accepted, %", _STALLS, "wrong %", 1.0),
    Goal("stalls of four kinds: stalled windows kept, %", _STALLS, "stalled kept %", least=95.0),
    Goal("stalls of four kinds: mean of accepted against their truth, off by %", _STALLS, "mean off %", 0.5),
    Goal("stalls of four kinds: time mean, off by %", _STALLS, "time mean off %", 1.0),
    Goal(
        "windows that straddle flow and stall: wrong among accepted, %", _STALLS, "mixed wrong %", 5.0, is_pooled=True
    ),
    Goal("slow flow in heavy noise (0.26 px/line, −10 dB): median error, %", ("slow, -10 dB",), "median %", 3.5),
    Goal("slow flow in heavy noise (0.26 px/line, −10 dB): outliers, %", ("slow, -10 dB",), "outliers %", 2.0),
    Goal("above the largest measurable speed: accepted, %", ("too fast",), "wrong %", 0.5),
    Goal("noise only, with and without stripes: accepted, %", ("noise", "noise, stripes"), "wrong %", 0.2),
    *(
        Goal(f"informative windows kept, {title}, %", names, "kept %", least=97.0)
        for title, names in (
            ("SNR −5 … 20 dB", _SNR),
            ("stripes and missing lines", _STRIPES),
            ("heartbeats", (*_FAST_BEATS, "heartbeat w 64")),
        )
    ),
    *(
        Goal(f"rms error / rms standard error, {name}", (name,), "err/se", 1.3, 0.8)
        for name in (*_SNR, *_FAST_BEATS, "heartbeat w 64")
    ),
    Goal("fully stalled windows: median abs(v), px/line", _STALLS, "stalled |v|", 0.002, is_pooled=True),
    Goal("256 px wide, 12-px cells: median error, %", ("wide",), "median %", 0.05),
    Goal("256 px wide, 12-px cells: outliers, %", ("wide",), "outliers %", 0.0),
)
"""The accuracy table of the specification."""
