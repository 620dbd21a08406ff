"""Finds candidates for events in a velocity trace: changes of speed, stalls, reversals and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]
CandidateKind = Literal["rise", "fall", "transient", "stall", "gap", "reversal"]

_MAD_TO_SD = 1.4826
_FEWEST_WINDOWS = 5
_FEWEST_GAPS = 10
"""Runs of refused windows from which their usual length can be told."""
_UPPER_SHARE = 0.7
"""Quantile that, beside the median, tells the length of stretches without cells."""
_LARGEST_RATIO = 2.5
"""Of the scale by that quantile to the one by the median; more is no exponential distribution."""
_PENALTY = 0.5
"""A median of half of its windows is less sure by a quarter, as beside a heartbeat of which it sees a part."""
_CHANCE_PER_MINUTE = 0.015
"""Gaps a minute that may be nothing but stretches without cells."""


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    """How events are looked for; the times are those of KymFlow, whose detection this continues."""

    win_sec: float = 0.25
    """Time before and after a point whose median speeds are compared."""
    smooth_sec: float = 0.1
    """Time over which the median is taken where stalls, reversals and the ends of events are looked for."""
    k_mad: float = 3.0
    """Least change, in standard deviations of the usual change."""
    floor: float = 0.25
    """Least change, in mm/s when calibrated; otherwise that part of the median speed."""
    merge_sec: float = 0.1
    """Stretches of one kind nearer than this are one event."""
    min_separation_sec: float = 0.75
    """A rise and a fall nearer than this are one transient; of two events of one kind the stronger stays."""
    min_event_sec: float = 0.15
    """Shortest stall, reversal or gap."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One stretch that a person should look at."""

    start_s: float
    stop_s: float
    kind: CandidateKind
    strength: float
    """Size of the change relative to its threshold; of a stall, reversal or gap, its length relative to the least."""

    @property
    def duration_s(self) -> float:
        """Time from start to stop."""
        return self.stop_s - self.start_s


@dataclass(frozen=True, slots=True)
class _Trace:
    """The velocity as the detection looks at it."""

    time_s: FloatArray
    velocity: FloatArray
    """NaN where refused (windows,)."""
    smooth: FloatArray
    """Running median of the signed velocity (windows,)."""
    step_s: float

    def windows(self, seconds: float) -> int:
        return max(round(seconds / self.step_s), 1)


def detect_events(
    time_s: FloatArray,
    velocity: FloatArray,
    settings: DetectionSettings = DetectionSettings(),
    *,
    still: float,
    floor: float,
) -> list[Candidate]:
    """Candidates for events in one velocity trace, in the order of their start.

    Parameters
    ----------
    time_s, velocity
        The trace (windows,), evenly spaced, in seconds and in any unit of speed; NaN where a window was refused.
    settings
        Times and limits.
    still
        Speed, in the unit of the trace, below which blood stands.
    floor
        Least change of speed that counts, in the unit of the trace.

    Returns
    -------
    Each event once: the two ends of a stall are no falls and rises of their own. An event that has not ended lasts to
    the end of the trace.

    Notes
    -----
    The score of a change is the median speed of the ``win_sec`` from a window on, minus that of the ``win_sec`` before
    it. A run of scores beyond the threshold, max(floor, k · 1.4826 · MAD of the scores), is a rise or a fall. It starts
    where the smoothed speed is half-way between the two medians, and lasts until it is back half-way. A stall is
    smoothed speed below ``still``, a reversal smoothed velocity against the usual direction, which a speed cannot show,
    and a gap a run of refused windows, longer than stretches without cells are in this record. Where windows are
    refused a change must be larger, by half of their share.
    """
    if np.isfinite(velocity).sum() < 2 * _FEWEST_WINDOWS:
        return []
    trace = _trace(time_s, velocity, settings)
    patterns = list(_patterns(trace, settings, still))
    changes = _separated(list(_changes(trace, settings, floor, patterns)), settings)
    patterns = [pattern for pattern in patterns if not _is_edge(pattern, changes, settings)]
    return sorted(changes + patterns, key=lambda event: (event.start_s, event.stop_s))


def _trace(time_s: FloatArray, velocity: FloatArray, settings: DetectionSettings) -> _Trace:
    step_s = float(np.median(np.diff(time_s)))
    windows = max(round(settings.smooth_sec / step_s), 1) | 1
    smooth = pd.Series(velocity).rolling(windows, center=True, min_periods=1).median().to_numpy(np.float64)
    return _Trace(time_s, velocity, smooth, step_s)


# ---------------------------------------------------------------- stalls, reversals, gaps
def _patterns(trace: _Trace, settings: DetectionSettings, still: float) -> Iterator[Candidate]:
    """Stretches that are seen in the trace itself; each window belongs to one of them at most."""
    smooth = trace.smooth
    usual = np.sign(np.nanmedian(np.where(np.abs(smooth) > still, smooth, np.nan)))
    taken = np.zeros(len(smooth), bool)
    kinds: tuple[tuple[CandidateKind, Flags], ...] = (
        ("reversal", (np.sign(smooth) == -usual) & (np.abs(smooth) > still)),
        ("stall", np.abs(smooth) <= still),
        ("gap", ~np.isfinite(trace.velocity)),
    )
    for kind, flags in kinds:
        merged, least_s = trace.windows(settings.merge_sec), settings.min_event_sec
        if kind == "gap":  # accepted windows between two stretches without cells are no short break of one gap
            merged = min(merged, _usual_length(~flags) // 2)
        runs = _runs(flags & ~taken, merged, ~taken)
        if kind == "gap":
            least_s = max(least_s, _longest_by_chance_s([stop - start for start, stop in runs], trace, settings))
        for start, stop in runs:
            event = _stretch(trace, start, stop, kind, least_s)
            if event.duration_s >= least_s:
                taken[start:stop] = True
                yield event


def _usual_length(flags: Flags) -> int:
    """Median length of the runs of True, in windows; 0 where there is none."""
    lengths = [stop - start for start, stop in _runs(flags, 0, flags)]
    return int(np.median(lengths)) if lengths else 0


def _longest_by_chance_s(lengths: list[int], trace: _Trace, settings: DetectionSettings) -> float:
    """Time that a stretch without cells exceeds by chance about once in an hour.

    Cells that lie at random leave stretches of exponential length between them. Its scale follows from quantiles of all
    runs of refused windows, which real gaps, being few, change little.

    Parameters
    ----------
    lengths
        Of all runs of refused windows, in windows.
    trace
        The velocity, which tells how long the record is.
    settings
        Whose least length of a gap is what counts as short.

    Returns
    -------
    0 where there are too few runs to tell, or too few short ones for stretches between cells.
    """
    if len(lengths) < _FEWEST_GAPS:
        return 0.0
    runs_s = np.array(lengths) * trace.step_s
    of_median, of_upper = (float(np.quantile(runs_s, share)) / -np.log(1 - share) for share in (0.5, _UPPER_SHARE))
    scale_s = min(max(of_median, of_upper), _LARGEST_RATIO * of_median)
    is_short = runs_s < settings.min_event_sec
    if is_short.mean() < (1 - np.exp(-settings.min_event_sec / scale_s)) / 2:
        return 0.0
    minutes = len(trace.velocity) * trace.step_s / 60
    return scale_s * max(float(np.log(len(lengths) / (_CHANCE_PER_MINUTE * minutes))), 0.0)


def _stretch(trace: _Trace, start: int, stop: int, kind: CandidateKind, least_s: float) -> Candidate:
    half_s = trace.step_s / 2
    start_s, stop_s = float(trace.time_s[start]) - half_s, float(trace.time_s[stop - 1]) + half_s
    return Candidate(start_s, stop_s, kind, (stop_s - start_s) / least_s)


def _runs(flags: Flags, merged: int, bridgeable: Flags) -> list[tuple[int, int]]:
    """First window, and window after the last, of each run of True; shorter breaks than ``merged`` are bridged."""
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False]))
    runs: list[tuple[int, int]] = []
    for start, stop in edges.reshape(-1, 2):
        if runs and start - runs[-1][1] < merged and bridgeable[runs[-1][1] : start].all():
            start = runs.pop()[0]  # noqa: PLW2901  (the run began there)
        runs.append((int(start), int(stop)))
    return runs


# ---------------------------------------------------------------- changes of speed
@dataclass(frozen=True, slots=True)
class _End:
    """Where a change of speed is over."""

    window: int
    sign: int
    """Direction of the way back."""
    level: float
    """Speed before the change."""

    def explains(self, peak: int, sign: int, level: float, windows: int, threshold: float) -> bool:
        """Whether another change is the way back, which goes no further than to where the first one began."""
        is_near = abs(peak - self.window) <= windows and sign == self.sign
        return is_near and sign * (level - self.level) <= threshold


def _changes(
    trace: _Trace, settings: DetectionSettings, floor: float, patterns: list[Candidate]
) -> Iterator[Candidate]:
    """Rises and falls of the speed, each with its end; a change back is the end of the one before."""
    windows = max(_FEWEST_WINDOWS, trace.windows(settings.win_sec))
    before, after = _medians(np.abs(trace.velocity), windows)
    score = after - before
    sure = score / (1 + _PENALTY * _refused_share(trace.velocity, windows))
    threshold = max(floor, settings.k_mad * _MAD_TO_SD * _mad(score))
    ends: list[_End] = []
    for start, stop, sign in _beyond(score, threshold, trace.windows(settings.merge_sec)):
        if np.nanmax(sign * sure[start:stop]) <= threshold:
            continue
        peak = start + int(np.nanargmax(sign * score[start:stop]))
        if any(end.explains(peak, sign, after[peak], windows, threshold) for end in ends):
            continue
        first, end = _extent(np.abs(trace.smooth), after, peak, (before[peak] + after[peak]) / 2, sign)
        event = _change(trace, first, end, "rise" if sign > 0 else "fall", float(abs(score[peak]) / threshold))
        if event.duration_s > 0 and not _belongs(event, patterns, settings):
            ends.append(_End(end, -sign, before[peak]))
            yield event


def _change(trace: _Trace, first: int, end: int, kind: CandidateKind, strength: float) -> Candidate:
    edges_s = np.r_[trace.time_s - trace.step_s / 2, trace.time_s[-1] + trace.step_s / 2]
    return Candidate(float(edges_s[first]), float(edges_s[end]), kind, strength)


def _medians(speed: FloatArray, windows: int) -> tuple[FloatArray, FloatArray]:
    """Median speed of the windows before each window, and of those from it on; NaN where most are refused."""
    least = max(windows // 3, 2)
    ending_here = pd.Series(speed).rolling(windows, min_periods=least).median().to_numpy(np.float64)
    before = np.r_[np.nan, ending_here[:-1]]
    padded = np.r_[ending_here[windows - 1 :], np.full(windows - 1, np.nan)]
    return before, padded[: len(speed)]


def _refused_share(speed: FloatArray, windows: int) -> FloatArray:
    """Share of refused windows before each window or from it on, whichever is larger (windows,)."""
    ending_here = pd.Series(np.isnan(speed)).rolling(windows, min_periods=1).mean().to_numpy(np.float64)
    before = np.r_[0.0, ending_here[:-1]]
    after = np.r_[ending_here[windows - 1 :], np.zeros(windows - 1)]
    share: FloatArray = np.maximum(before, after[: len(speed)])
    return share


def _mad(score: FloatArray) -> float:
    known = score[np.isfinite(score)]
    return float(np.median(np.abs(known - np.median(known)))) if len(known) else 0.0


def _beyond(score: FloatArray, threshold: float, merged: int) -> list[tuple[int, int, int]]:
    """Runs of scores beyond the threshold with their sign, in the order of time."""
    everywhere = np.ones(len(score), bool)
    runs = [
        (start, stop, sign) for sign in (1, -1) for start, stop in _runs(sign * score > threshold, merged, everywhere)
    ]
    return sorted(runs)


def _extent(speed: FloatArray, after: FloatArray, peak: int, half_way: float, sign: int) -> tuple[int, int]:
    """First window of a change, and the first window after it that is back; the length of the trace when none is.

    The median from a window on must be back too: beside refused windows a heartbeat alone may reach half-way.
    """
    beyond = sign * (speed - half_way) > 0
    first = peak
    if beyond[first]:
        while first > 0 and beyond[first - 1]:
            first -= 1
    else:
        while first < len(speed) - 1 and not beyond[first]:
            first += 1
    back = np.flatnonzero((sign * (speed[first:] - half_way) < 0) & ~(sign * (after[first:] - half_way) > 0))
    return first, first + int(back[0]) if len(back) else len(speed)


# ---------------------------------------------------------------- one event each
def _belongs(change: Candidate, patterns: list[Candidate], settings: DetectionSettings) -> bool:
    """Whether a change of speed is but an end of a stall, a reversal or a gap, or lies inside of one."""
    near_s = settings.win_sec + settings.smooth_sec
    return any(
        pattern.start_s - near_s <= change.start_s <= pattern.stop_s + near_s
        and (pattern.kind != "gap" or change.stop_s <= pattern.stop_s + near_s)
        for pattern in patterns
    )


def _is_edge(pattern: Candidate, changes: list[Candidate], settings: DetectionSettings) -> bool:
    """Whether a gap is but the windows that a change of speed has spoilt."""
    near_s = settings.win_sec + settings.smooth_sec
    edges_s = [edge_s for change in changes for edge_s in (change.start_s, change.stop_s)]
    return pattern.kind == "gap" and any(
        pattern.start_s - near_s <= edge_s <= pattern.stop_s + near_s for edge_s in edges_s
    )


def _separated(changes: list[Candidate], settings: DetectionSettings) -> list[Candidate]:
    """Changes with those that start too near to another one taken together."""
    kept: list[Candidate] = []
    for change in changes:
        last = kept[-1] if kept else None
        if last is None or change.start_s - last.start_s >= settings.min_separation_sec:
            kept.append(change)
        elif change.kind == last.kind:
            kept[-1] = max(last, change, key=lambda event: event.strength)
        else:
            stop_s, strength = max(last.stop_s, change.stop_s), max(last.strength, change.strength)
            kept[-1] = Candidate(last.start_s, stop_s, "transient", strength)
    return kept
