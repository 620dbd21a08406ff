"""Speed of red blood cells in a kymograph by correlation of lines at many lags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cloudscope_widgets.core.errors import Cancelled

from .arguments import check_arguments, check_good_lines
from .arrays import AnyArray, BoolArray
from .choice import Choice, choose_background, take_cells_out
from .covered_lines import keep_covered_lines
from .lines import LineSource, LineStatistics, line_source, line_statistics
from .narrow import measure_pixel_pairs
from .plan import Plan, make_plan
from .prepare import SignalAndNoise, sampled_lines, signal_and_noise
from .result import LineCorrelation
from .shifted_lines import measure_shifted_lines, typical_speed

_MOST_CORRECTIONS = 2
_NARROW_COLUMNS = 24
_FAST_SHARE = 0.15


def line_correlation(
    image: AnyArray,
    *,
    window_lines: int = 64,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> LineCorrelation:
    """Speed of every window of a kymograph, its standard error, and whether it can be trusted.

    Parameters
    ----------
    image
        Lines in time x columns in space, any real type; read piece by piece, never copied as a whole. A line with a
        pixel that is not finite counts as missing.
    window_lines
        Lines per window: 16, 32, 64, 128 or 256. Windows start every `window_lines // 4` lines.
    progress
        Called with the fraction done, 0 ... 1, at most once per stretch of lines.
    cancel
        Asked between stretches of work; when it returns True the measurement stops.

    Returns
    -------
    Speeds in px/line and their quality, floor(lines / step) - 3 windows.

    Raises
    ------
    ValueError
        If the image or the window cannot give a speed; the sentence says what to change.
    Cancelled
        If `cancel` returned True.

    Notes
    -----
    For lags k, lines t and t + k are compared at all shifts d: half the squared difference of the overlapping pixels is
    summed over the pairs whose middle lies in a window. The speed v minimises its sum over lags at d = k v. A geometric
    grid gives the start, cubic interpolation and a parabola the value. A record that stands still from beginning to end
    cannot be told from background and is refused; a stall within flow reads 0.
    """
    check_arguments(image, window_lines)

    def check() -> None:
        if cancel is not None and cancel():
            raise Cancelled("the velocity measurement was cancelled")

    check()
    source = line_source(image)
    statistics = line_statistics(source, check)
    found = _measure_until_settled(_prepared(source, statistics, window_lines, check), check, progress)
    if progress is not None:
        progress(1.0)
    return found


class _Estimator(Protocol):
    """A way to measure all windows from prepared lines."""

    def __call__(
        self,
        choice: Choice,
        *,
        plan: Plan,
        levels: SignalAndNoise,
        check: Callable[[], None],
        progress: Callable[[float], None] | None,
    ) -> LineCorrelation: ...


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Lines prepared for one of the estimators."""

    measure: _Estimator
    plan: Plan
    levels: SignalAndNoise
    choice: Choice


def _prepared(
    source: LineSource, statistics: LineStatistics, window_lines: int, check: Callable[[], None]
) -> _Prepared:
    """Lines for the estimator that suits width and speed.

    Below 24 columns pixels are compared pair by pair. At 24 columns both estimators serve; shifted lines read speeds
    above 0.15 columns a line up to 4 % too slow in real recordings.
    """
    columns = source.shape[1]

    def lines(measure: _Estimator, good: BoolArray, *, is_smoothed: bool) -> _Prepared:
        check_good_lines(int(good.sum()), len(good))
        levels = signal_and_noise(sampled_lines(source, good))
        plan = make_plan(columns, window_lines, levels.smoothing_sd_px if is_smoothed else 0.0)
        choice = choose_background(source, good, plan=plan, levels=levels, check=check)
        return _Prepared(measure, plan, levels, choice)

    if columns <= _NARROW_COLUMNS:
        single = lines(measure_pixel_pairs, keep_covered_lines(statistics), is_smoothed=False)
        if columns < _NARROW_COLUMNS or typical_speed(single.choice, single.plan, check) > _FAST_SHARE * columns:
            return single
    return lines(measure_shifted_lines, statistics.good, is_smoothed=True)


def _measure_until_settled(
    prepared: _Prepared, check: Callable[[], None], progress: Callable[[float], None] | None
) -> LineCorrelation:
    """Measure, and where the background may hold cells take them out and measure again, at most twice."""
    plan, levels, choice = prepared.plan, prepared.levels, prepared.choice
    passes = 1 + _MOST_CORRECTIONS if choice.may_hold_cells else 1
    for number in range(passes):
        part = _part(progress, number, passes)
        found = prepared.measure(choice, plan=plan, levels=levels, check=check, progress=part)
        if number + 1 == passes:
            break
        better = take_cells_out(choice, found, plan=plan, signal=levels.signal, check=check)
        if better is None:
            break
        choice = better
    return found


def _part(progress: Callable[[float], None] | None, number: int, passes: int) -> Callable[[float], None] | None:
    """Progress of one pass out of several."""
    return None if progress is None else lambda fraction: progress((number + fraction) / passes)
