"""Time and memory of the velocity measurement beside their goals, and against Radon window by window."""  # noqa: INP001  (scripts)

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.radon import reference_angle
from benchmarks.velocity_accuracy import project
from benchmarks.velocity_records import Image
from benchmarks.velocity_speed import mapped_record, peak_megabytes
from cloudscope_widgets.analysis.velocity.radon import radon_angles

_LINES, _COLUMNS, _WINDOW_LINES = 1_000_000, 128, 64
_REFERENCE_WINDOWS = 60
_RADON_LINES = 30_000
_RUNS = 3

_TIME = "1 M lines × 128 px: s of processor time"
_MEMORY = "the same: MB beyond the input"
_LINEAR = "four times the lines: times as long"
_FASTER = "times faster than Radon window by window, 64 × 128"
_RADON_FIRST = "Radon mode, first call: times faster"
_RADON_WARM = "Radon mode, warm: times faster"
_GOALS = {
    _TIME: ("≤", 7.0),
    _MEMORY: ("≤", 64.0),
    _LINEAR: ("≤", 4.6),
    _FASTER: ("≥", 300.0),
    _RADON_FIRST: ("≥", 5.0),
    _RADON_WARM: ("≥", 40.0),
}
"""Goals of the specification; linear in lines allows some noise of the clock."""


def cpu_seconds(work: Callable[[], object], runs: int = 1) -> float:
    """Processor time of this process and its children while `work` runs, the least of some runs.

    Whatever else runs on the machine only ever adds to it.
    """
    return min(_cpu_seconds(work) for _ in range(runs))


def _cpu_seconds(work: Callable[[], object]) -> float:
    before = _used_s()
    work()
    return _used_s() - before


def _used_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def print_cost() -> None:
    """Print every number beside its goal, as lines of a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        image = mapped_record(Path(folder) / "record.npy", _LINES, _COLUMNS)
        found = {**_line_correlation(image), **_radon(image[:_RADON_LINES])}
    for title, (sign, limit) in _GOALS.items():
        is_reached = found[title] <= limit if sign == "≤" else found[title] >= limit
        sys.stdout.write(f"| {title} | {sign} {limit:g} | {found[title]:.3g} | {'' if is_reached else 'missed'} |\n")


def _line_correlation(image: Image) -> dict[str, float]:
    whole_s = cpu_seconds(lambda: project(image, _WINDOW_LINES), _RUNS)
    quarter_s = cpu_seconds(lambda: project(image[: len(image) // 4], _WINDOW_LINES), _RUNS)
    return {
        _TIME: whole_s,
        _MEMORY: peak_megabytes(lambda: project(image, _WINDOW_LINES)),
        _LINEAR: whole_s / quarter_s,
        _FASTER: _reference_s(image) * _windows(image) / whole_s,
    }


def _radon(image: Image) -> dict[str, float]:
    """The first call in a process makes the matrix of projections."""
    reference_s = _reference_s(image) * _windows(image)
    first_s, warm_s = (cpu_seconds(lambda: radon_angles(image, window_lines=_WINDOW_LINES)) for _ in range(2))
    return {_RADON_FIRST: reference_s / first_s, _RADON_WARM: reference_s / warm_s}


def _windows(image: Image) -> int:
    return len(image) // (_WINDOW_LINES // 4) - 3


def _reference_s(image: Image) -> float:
    """Processor time of one window by `skimage.transform.radon`."""
    starts = range(0, _REFERENCE_WINDOWS * _WINDOW_LINES, _WINDOW_LINES)
    windows = [image[start : start + _WINDOW_LINES] for start in starts]
    return cpu_seconds(lambda: [reference_angle(window) for window in windows], _RUNS) / len(windows)
