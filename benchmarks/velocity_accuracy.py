"""Accuracy of the velocity measurement on synthetic records with known truth.

Run with ``python -m benchmarks.velocity_accuracy [--seeds 0-9] [--classes 'stall*' wide] [--against MODULE.py]``.

Errors and the kept share are those of the windows whose Cramér-Rao bound is below 5 % of their speed, whether accepted
or not. Wrong is an accepted window, informative or not, off by more than 20 % and by more than a pixel per window; in
records without a measurable speed every accepted window is wrong. Error / bound compares the median error with that of
an estimate as good as the bound (1), error / se the root mean squares of the kept informative windows. Stalled are
windows without flow that show a cell, mixed ones hold flow and stall; they are counted apart. The means are those of
records whose stalls show a cell: of accepted windows against the truth of the same, and over time, refused windows
bridged, against all. Bias is the median of the signed errors of the kept informative windows; where the beam takes time
for a line, speeds are corrected for it as in use.
"""  # noqa: INP001  (a script)

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TypeAlias

import numpy as np

from benchmarks.velocity_records import CLASSES, Flags, Image, Numbers, Record, records
from cloudscope_widgets.analysis.velocity.line_correlation import line_correlation
from cloudscope_widgets.analysis.velocity.scan_speed import corrected_velocity

_INFORMATIVE = 0.05
_OUTLIER = 0.2
_STILL_BOUND = 0.5
_MEDIAN_OF_NORMAL = 0.6745
_COLUMNS = (
    ("windows", "{:7.0f}"),
    ("median %", "{:8.2f}"),
    ("outliers %", "{:10.2f}"),
    ("kept %", "{:6.1f}"),
    ("wrong %", "{:7.2f}"),
    ("err/bound", "{:9.2f}"),
    ("err/se", "{:6.2f}"),
    ("stalled |v|", "{:11.4f}"),
    ("stalled kept %", "{:14.1f}"),
    ("mixed wrong %", "{:13.1f}"),
    ("mean off %", "{:10.2f}"),
    ("time mean off %", "{:15.2f}"),
    ("bias %", "{:6.2f}"),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a program says of every window."""

    speed: Numbers
    """px/line (windows,)."""

    error: Numbers
    """Standard error, px/line (windows,)."""

    accepted: Flags
    """Whether to trust it (windows,)."""


Program: TypeAlias = Callable[[Image, int], Measured]


@dataclass(frozen=True, slots=True)
class Scored:
    """Windows of one record and what was measured in them."""

    record: Record
    """The record."""

    measured: Measured
    """Speeds."""

    @property
    def off(self) -> Numbers:
        """Error of every window, px/line."""
        return self.measured.speed - self.record.truth

    @property
    def still(self) -> Flags:
        """Windows without flow."""
        still: Flags = self.record.fastest == 0
        return still

    @property
    def stalled(self) -> Flags:
        """Windows without flow that show a cell."""
        return self.still & (self.record.bound < _STILL_BOUND / self.record.window_lines)

    @property
    def mixed(self) -> Flags:
        """Windows with flow and stall."""
        mixed: Flags = (self.record.slowest == 0) & ~self.still
        return mixed

    @property
    def flowing(self) -> Flags:
        """Windows with flow all the time."""
        return ~(self.still | self.mixed)

    @property
    def informative(self) -> Flags:
        """Flowing windows whose speed can be known to 5 %."""
        return self.flowing & (self.record.bound < _INFORMATIVE * np.abs(self.record.truth)) & self._measurable

    @property
    def wrong(self) -> Flags:
        """Windows that are clearly off."""
        least = np.maximum(_OUTLIER * np.abs(self.record.truth), 1 / self.record.window_lines)
        return ~(np.abs(self.off) <= least) | ~self._measurable

    @property
    def _measurable(self) -> Flags:
        limit = 0.65 * self.record.image.shape[1]
        measurable: Flags = np.abs(self.record.truth) <= limit
        return measurable


def project(image: Image, window_lines: int) -> Measured:
    """Measure with this package."""
    found = line_correlation(image, window_lines=window_lines)
    return Measured(found.velocity, found.velocity_se, found.accepted)


def score(record: Record, measure: Program) -> Scored:
    """Measure one record, and correct for the time that the beam takes for a line."""
    measured = measure(record.image, record.window_lines)
    if record.scan_speed is None:
        return Scored(record, measured)
    error = measured.error / (1 + measured.speed / record.scan_speed) ** 2
    return Scored(record, replace(measured, speed=corrected_velocity(measured.speed, record.scan_speed), error=error))


def program_of(path: Path) -> Program:
    """Program of a module whose ``velocity(image, window_lines)`` returns a mapping with v, se and accepted."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def measure(image: Image, window_lines: int) -> Measured:
        found = module.velocity(image, window_lines)
        return Measured(found["v"], found["se"], found["accepted"])

    return measure


def summarise(scored: Sequence[Scored]) -> dict[str, float]:
    """Numbers of all columns over some records; NaN where they have no such windows."""
    informative = _joined(s.informative for s in scored)
    signed, truth = _joined(s.off for s in scored), _joined(s.record.truth for s in scored)
    off = np.abs(signed)
    relative = off / np.maximum(np.abs(truth), 1e-9)
    accepted = _joined(s.measured.accepted for s in scored)
    error = _joined(s.measured.error for s in scored)
    wrong = _joined(s.wrong for s in scored)
    flowing, stalled, mixed = (_joined(getattr(s, name) for s in scored) for name in ("flowing", "stalled", "mixed"))
    trusted = informative & accepted
    hopeless = not np.isfinite(relative).any() or wrong.all()
    seen = [s for s in scored if s.stalled.any()]
    return {
        "windows": float(informative.sum()),
        "median %": 100 * _of(np.median, relative[informative]),
        "outliers %": 100 * _of(np.mean, relative[informative] > _OUTLIER),
        "kept %": 100 * _of(np.mean, accepted[flowing] if hopeless else accepted[informative]),
        "wrong %": 100 * _of(np.mean, accepted if hopeless else wrong[accepted & ~mixed]),
        "err/bound": _of(np.median, (off / _joined(s.record.bound for s in scored))[informative]) / _MEDIAN_OF_NORMAL,
        "err/se": _of(_root_mean_square, off[trusted]) / _of(_root_mean_square, error[trusted]),
        "stalled |v|": _of(np.median, off[stalled]),
        "stalled kept %": 100 * _of(np.mean, accepted[stalled]),
        "mixed wrong %": 100 * _of(np.mean, wrong[accepted & mixed]),
        "mean off %": 100 * _of(np.mean, _means_off(seen)),
        "time mean off %": 100 * _of(np.mean, _time_means_off(seen)),
        "bias %": 100 * _of(np.median, signed[trusted] / truth[trusted]),
    }


def _means_off(scored: Iterable[Scored]) -> Numbers:
    """Relative error of the mean of the accepted windows against the truth of the same, one per record."""
    pairs = [(s.off[s.measured.accepted].mean(), s.record.truth[s.measured.accepted].mean()) for s in scored]
    return np.array([abs(off / truth) for off, truth in pairs])


def _time_means_off(scored: Iterable[Scored]) -> Numbers:
    """Relative error of the mean over time, refused windows bridged, one per record."""
    off = []
    for s in scored:
        kept = np.flatnonzero(s.measured.accepted)
        bridged = np.interp(np.arange(len(s.off)), kept, s.measured.speed[kept])
        off.append(abs(bridged.mean() / s.record.truth.mean() - 1))
    return np.array(off)


def _joined(parts: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate(list(parts))


def _of(number: Callable[[np.ndarray], object], values: np.ndarray) -> float:
    return float(number(values)) if len(values) else float("nan")  # type: ignore[arg-type]  # all give numbers


def _root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _line(name: str, program: str, numbers: dict[str, float]) -> str:
    cells = [
        layout.format(numbers[title]) if np.isfinite(numbers[title]) else "–".rjust(len(layout.format(0)))
        for title, layout in _COLUMNS
    ]
    return f"{name:17} {program:10} " + "  ".join(cells) + "\n"


def _heading() -> str:
    cells = [title.rjust(len(layout.format(0))) for title, layout in _COLUMNS]
    return f"{'class':17} {'program':10} " + "  ".join(cells) + "\n"


def seeds_of(text: str) -> range:
    """Seeds of ``first-last``, or of one number."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _names() -> str:
    """Names of all classes, as argparse wants them: it takes % for a format."""
    return ", ".join(CLASSES).replace("%", "%%")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Accuracy of the velocity measurement on synthetic records.")
    parser.add_argument("--seeds", type=seeds_of, default=range(10), help="first-last, one record each; default 0-9")
    parser.add_argument("--classes", nargs="*", default=["*"], help=f"patterns of {_names()}")
    parser.add_argument("--against", type=Path, help="module with velocity(image, window_lines) to compare with")
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    arguments = _arguments()
    programs: dict[str, Program] = {"project": project}
    if arguments.against is not None:
        programs[arguments.against.stem[:10]] = program_of(arguments.against)
    begun = time.perf_counter()
    sys.stdout.write(_heading())
    for name in CLASSES:
        if not any(fnmatch(name, pattern) for pattern in arguments.classes):
            continue
        made = list(records(name, arguments.seeds))
        for program, measure in programs.items():
            scored = [score(record, measure) for record in made]
            sys.stdout.write(_line(name, program, summarise(scored)))
            sys.stdout.flush()
    sys.stdout.write(f"{time.perf_counter() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
