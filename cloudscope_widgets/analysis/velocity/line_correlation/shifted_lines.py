"""Speed of every window from whole lines that are shifted until they match."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from .arrays import Float32Array, Float64Array
from .blocks import block_sums, excess_noise, window_sums
from .choice import Choice
from .gate import Measures, Refusal, gate_limits, refusals
from .plan import BLOCKS, Plan
from .prepare import PreparedLines, SignalAndNoise
from .quality import measure_information, noise_error, standard_error
from .refine import refine_speed
from .result import Choices, LineCorrelation
from .search import KAPPA, search_speed
from .stops import share_stops
from .unsteady import block_speeds, match_unsteady, of_window
from .window_means import mean_over_window

_PIXELS_PER_CHUNK = 3 << 17
_STRETCHES, _STRETCH_WINDOWS = 8, 32
_CLEAR_Z, _CLEAR_GAP = 4.5, 0.02
_SEARCHED = ("z", "rho", "contrast", "gap", "energy")
_INFORMATION = ("slope_scatter", "curvature", "share")
_WINDOW = np.dtype(
    [(name, np.float64) for name in ("speed", *_SEARCHED, "slope_scatter", "curvature")]
    + [("share", np.float64, (BLOCKS,)), ("unsteady", np.bool_), ("stops", np.bool_)]
)


def measure_shifted_lines(
    choice: Choice,
    *,
    plan: Plan,
    levels: SignalAndNoise,
    check: Callable[[], None],
    progress: Callable[[float], None] | None,
) -> LineCorrelation:
    """Speed of every window at which lines at many lags, shifted by speed x lag, differ least.

    Parameters
    ----------
    choice
        Prepared lines and their background.
    plan
        Columns, window, lags and speeds.
    levels
        Variances of signal and noise.
    check
        Called between stretches of work; raises to stop.
    progress
        Called with the fraction done after every stretch.
    """
    return _judge(_measure_all(choice.lines, plan, check, progress), plan, levels, choice)


def typical_speed(choice: Choice, plan: Plan, check: Callable[[], None]) -> float:
    """Median absolute speed of clear windows in some stretches of the record, px/line; 0 where none is clear.

    Parameters
    ----------
    choice
        Prepared lines and their background.
    plan
        Columns, window, lags and speeds.
    check
        Called between stretches of work; raises to stop.
    """
    lines = choice.lines
    windows = lines.source.shape[0] // plan.step_lines - BLOCKS + 1
    span = min(_STRETCH_WINDOWS, windows)
    noise = excess_noise(lines.noise, plan)
    parts = []
    for first in np.unique(np.linspace(0, windows - span, _STRETCHES).astype(int)).tolist():
        check()
        found = np.empty(span, _WINDOW)
        _measure(lines, plan, noise, first, found)
        parts.append(found[(found["z"] > _CLEAR_Z) & (found["gap"] > _CLEAR_GAP)])
    clear = np.concatenate(parts)
    return float(np.median(np.abs(clear["speed"]))) if len(clear) else 0.0


def _measure_all(
    lines: PreparedLines, plan: Plan, check: Callable[[], None], progress: Callable[[float], None] | None
) -> NDArray[np.void]:
    """Raw results of all windows, chunk by chunk."""
    windows = lines.source.shape[0] // plan.step_lines - BLOCKS + 1
    size = max(BLOCKS, _PIXELS_PER_CHUNK // (plan.columns * plan.step_lines))
    noise = excess_noise(lines.noise, plan)
    found = np.empty(windows, _WINDOW)
    for first in range(0, windows, size):
        check()
        last = min(windows, first + size)
        _measure(lines, plan, noise, first, found[first:last])
        if progress is not None:
            progress(last / windows)
    return found


def _measure(lines: PreparedLines, plan: Plan, noise: Float32Array, first: int, found: NDArray[np.void]) -> None:
    """Fill in the windows from number `first` on."""
    start = first * plan.step_lines - plan.halo
    stop = (first + len(found) + BLOCKS - 1) * plan.step_lines + plan.halo
    blocks = block_sums(*lines.read(start, stop), plan)
    windows = window_sums(blocks, plan)
    search = search_speed(windows, plan)
    speed, _ = refine_speed(windows.match(noise), plan, search.speed)
    match = blocks.match(noise)
    of_blocks = block_speeds(match, plan, speed, search.is_clear)
    of_blocks, is_shared = share_stops(match, plan, of_blocks, speed, search.is_clear)
    speeds = match_unsteady(match, plan, speed, of_blocks, is_shared)
    information = measure_information(match, plan, speeds)
    found["speed"], found["unsteady"] = speeds.speed, speeds.unsteady
    found["stops"] = of_window(is_shared, len(found)).any(1)
    for name in _SEARCHED:
        found[name] = getattr(search, name)
    for name in _INFORMATION:
        found[name] = getattr(information, name)


def _judge(found: NDArray[np.void], plan: Plan, levels: SignalAndNoise, choice: Choice) -> LineCorrelation:
    """Standard errors and the gate, which look at neighbouring windows."""
    speed: Float64Array = found["speed"]
    energy = found["energy"] / levels.signal
    noise = noise_error(found["slope_scatter"], found["curvature"], speed=speed, columns=plan.columns)
    measures = Measures(speed, noise, found["z"], found["rho"], found["contrast"], found["gap"], energy)
    believed = refusals(measures, window_lines=plan.window_lines, limit=plan.limit) == Refusal.NONE
    error = standard_error(noise, found["share"], speed=speed, accepted=believed)
    measures = replace(measures, error=error)
    refused = refusals(measures, window_lines=plan.window_lines, limit=plan.limit)
    accepted = refused == Refusal.NONE
    # means already; and no smooth curve leads through the end of flow and its neighbours
    stays = found["unsteady"] | binary_dilation(found["stops"], iterations=BLOCKS)
    mean = mean_over_window(speed, share=found["share"], error=error, accepted=accepted, stays=stays)
    return LineCorrelation(
        index=np.arange(len(found), dtype=np.float64) * plan.step_lines + plan.window_lines / 2,
        velocity=mean,
        velocity_se=error,
        z=measures.z.copy(),
        rho=measures.rho.copy(),
        contrast=measures.contrast.copy(),
        gap=measures.gap.copy(),
        energy=energy,
        accepted=accepted,
        refused=refused,
        limit=float(plan.limit),
        choices=_choices(plan, levels, choice),
    )


def _choices(plan: Plan, levels: SignalAndNoise, choice: Choice) -> Choices:
    good = choice.lines.good
    return Choices(
        estimator="shifted_lines",
        window_lines=plan.window_lines,
        smoothing_sd_px=levels.smoothing_sd_px,
        snr_db=levels.snr_db,
        contrast_gain=[float(choice.lines.gain.min()), float(choice.lines.gain.max())],
        background=choice.candidate.name,
        background_block_lines=choice.lines.block_lines,
        missing_lines=int(len(good) - good.sum()),
        lags=plan.lags.tolist(),
        kappa=KAPPA,
        gate=gate_limits(plan.window_lines),
        speed_limit=float(plan.limit),
        pattern=None,
    )
