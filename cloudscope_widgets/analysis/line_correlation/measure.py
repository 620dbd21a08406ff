"""Speed of red blood cells in a kymograph by correlation of lines at many lags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from cloudscope_widgets.core.errors import Cancelled

from .arguments import check_arguments, check_good_lines
from .arrays import AnyArray, Float32Array, Float64Array
from .blocks import block_sums, excess_noise, window_sums
from .choice import Choice, choose_background, take_cells_out
from .gate import Measures, Refusal, gate_limits, refusals
from .lines import line_source, line_statistics
from .plan import BLOCKS, Plan, make_plan
from .prepare import PreparedLines, SignalAndNoise, sampled_lines, signal_and_noise
from .quality import measure_information, noise_error, standard_error
from .refine import refine_speed
from .result import Choices, LineCorrelation
from .search import KAPPA, search_speed
from .stops import share_stops
from .unsteady import block_speeds, match_unsteady, of_window
from .window_means import mean_over_window

_PIXELS_PER_CHUNK = 3 << 17
_MOST_CORRECTIONS = 2
_SEARCHED = ("z", "rho", "contrast", "gap", "energy")
_INFORMATION = ("slope_scatter", "curvature", "share")
_WINDOW = np.dtype(
    [(name, np.float64) for name in ("speed", *_SEARCHED, "slope_scatter", "curvature")]
    + [("share", np.float64, (BLOCKS,)), ("unsteady", np.bool_), ("stops", np.bool_)]
)


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
    good = line_statistics(source, check).good
    check_good_lines(int(good.sum()), len(good))
    levels = signal_and_noise(sampled_lines(source, good))
    plan = make_plan(image.shape[1], window_lines, levels.smoothing_sd_px)
    choice = choose_background(source, good, plan=plan, levels=levels, check=check)
    found = _measure_until_settled(choice, plan, levels, check, progress)
    if progress is not None:
        progress(1.0)
    return found


def _measure_until_settled(
    choice: Choice,
    plan: Plan,
    levels: SignalAndNoise,
    check: Callable[[], None],
    progress: Callable[[float], None] | None,
) -> LineCorrelation:
    """Measure, and where the background may hold cells take them out and measure again, at most twice."""
    passes = 1 + _MOST_CORRECTIONS if choice.may_hold_cells else 1
    for number in range(passes):
        found = _judge(_measure_all(choice.lines, plan, check, _part(progress, number, passes)), plan, levels, choice)
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
    )
