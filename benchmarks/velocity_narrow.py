"""Velocity in narrow records: width x speed x signal to noise ratio, beside the bound and the Radon transform.

Run with ``python -m benchmarks.velocity_narrow [--seeds 1000-1001] [--snr 10] [--others]``.

Cells of 6 µm are longer than the line. Each cell of the table has one record of 3,000 lines for every seed, with both
signs of speed. The median error and the kept share are those of the windows whose Cramér-Rao bound is below 5 %; wrong
are accepted windows off by more than 20 % and by more than a pixel per window; z is the root mean square of error /
standard error of the kept informative ones. The Radon transform may only be better where an angle of its grid lies
nearer to the truth than the bound. ``--others`` adds heartbeats, stalls, bleaching, moving stripes and other windows.
"""  # noqa: INP001  (a script)

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.velocity_accuracy import Scored, project, score, seeds_of
from benchmarks.velocity_records import Numbers, Record, make
from cloudscope_widgets.analysis.velocity.radon import radon_angles
from cloudscope_widgets.synthetic import Heartbeat, Stall

_WIDTHS = {7: 0.45, 10: 0.45, 14: 0.45, 16: 0.25, 24: 0.25}
_SHARES = (0.11, 0.21, 0.31, 0.41, 0.51)
_CELL_UM, _CELLS_PER_100_UM = 6.0, 4.5
_LINES = 3000
_MEDIAN_OF_NORMAL = 0.6745
_RADON_STEP_DEG = 0.25
_MOST_OF_BOUND, _MOST_WRONG, _MOST_Z, _LEAST_KEPT = 1.35, 1.0, 1.4, 90.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One width, speed and signal to noise ratio, as measured."""

    columns: int
    share: float
    """Speed in columns a line."""
    snr_db: float
    bound: float
    """Median error of an estimate as good as the bound, %."""
    median: float
    """Median error of the informative windows, %."""
    wrong: float
    """Accepted windows that are clearly off, %."""
    z: float
    """Root mean square of error / standard error."""
    kept: float
    """Informative windows that are accepted, %."""
    radon: float
    """Median error of the Radon transform, %."""
    is_grid_near: bool
    """Whether an angle of the Radon transform lies nearer to a truth than the bound."""

    @property
    def misses(self) -> list[str]:
        """The goals that are not reached."""
        goals = {
            "median": self.median <= _MOST_OF_BOUND * self.bound,
            "wrong": self.wrong <= _MOST_WRONG,
            "z": self.z <= _MOST_Z,
            "kept": self.kept >= _LEAST_KEPT,
            "Radon": self.median <= self.radon or self.is_grid_near,
        }
        return [name for name, is_reached in goals.items() if not is_reached]


def narrow_record(columns: int, flow: Any, seed: int, window_lines: int = 64, **more: Any) -> Record:  # noqa: ANN401
    """Record of cells longer than its lines; `more` goes to `kymograph`."""
    um = _WIDTHS.get(columns, 0.45)
    cells = {"cell_px": _CELL_UM / um, "cells_per_100_px": _CELLS_PER_100_UM * um, "um_per_pixel": um}
    return make(window_lines, seed, columns=columns, flow=flow, **{"lines": _LINES, "snr_db": 10.0, **cells, **more})


def cells(seeds: range, snrs_db: Sequence[float]) -> Iterator[Cell]:
    """Every cell of the table, measured."""
    for snr_db in snrs_db:
        for columns in _WIDTHS:
            for share in _SHARES:
                yield _measured(columns, share, snr_db, seeds)


def rows(found: Sequence[Cell], judged_snr_db: float = 10.0) -> Iterator[str]:
    """Lines of a Markdown table; goals are those of one signal to noise ratio."""
    yield "| px | columns a line | dB | bound, % | median, % | wrong, % | rms z | kept, % | Radon, % | |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for cell in found:
        mark = ("missed: " + ", ".join(cell.misses)) if cell.misses and cell.snr_db == judged_snr_db else ""
        yield (
            f"| {cell.columns} | {cell.share:.2f} | {cell.snr_db:g} | {cell.bound:.2f} | {cell.median:.2f} | "
            f"{cell.wrong:.2f} | {cell.z:.2f} | {cell.kept:.1f} | {cell.radon:.1f} | {mark} |"
        )
    judged = [cell for cell in found if cell.snr_db == judged_snr_db]
    reached = sum(not cell.misses for cell in judged)
    yield f"\nNarrow, {judged_snr_db:g} dB: {reached} of {len(judged)} cells reach all goals"


def other_rows(seeds: range) -> Iterator[str]:
    """Conditions without a goal of their own."""
    yield "| narrow, other | px | bound, % | median, % | wrong, % | rms z | kept, % | stalled kept, % |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, make_record in _others().items():
        for columns in (7, 10, 14):
            scored = [score(make_record(columns, seed), project) for seed in seeds]
            numbers = _numbers(scored)
            stalled = np.concatenate([s.stalled for s in scored])
            accepted = np.concatenate([s.measured.accepted for s in scored])
            still = f"{100 * accepted[stalled].mean():.1f}" if stalled.any() else "–"
            yield (
                f"| {name} | {columns} | {numbers['bound']:.2f} | {numbers['median']:.2f} | {numbers['wrong']:.2f} | "
                f"{numbers['z']:.2f} | {numbers['kept']:.1f} | {still} |"
            )


def _others() -> dict[str, Any]:
    def of(share: float, window_lines: int = 64, **more: Any) -> Any:  # noqa: ANN401
        return lambda columns, seed: narrow_record(columns, _flow(columns, share, seed), seed, window_lines, **more)

    def heartbeat(share: float, window_lines: int = 64) -> Any:  # noqa: ANN401
        return lambda columns, seed: narrow_record(
            columns, Heartbeat(_flow(columns, share, seed), rate_hz=8.0), seed, window_lines
        )

    def stalled(columns: int, seed: int) -> Record:
        return narrow_record(columns, Stall(_flow(columns, 0.31, seed), [(1103, 2017)]), seed)

    time = np.arange(_LINES)
    sway = 1.2 * np.sin(2 * np.pi * time / 1500)
    return {
        "heartbeat .11": heartbeat(0.11),
        "heartbeat .31": heartbeat(0.31),
        "heartbeat .31, w 32": heartbeat(0.31, 32),
        "stall in flow": stalled,
        "bleaching 50 %, stripes": of(0.31, bleaching=0.5, stripes=1.0),
        "stripes, 3 % missing": of(0.31, stripes=1.0, missing_fraction=0.03),
        "stripes that sway": of(0.31, stripes=1.0, stripe_shift_px=sway),
        "slow, .03": of(0.03),
        **{f"w {lines}": of(0.31, lines) for lines in (16, 32, 128, 256)},
    }


def _flow(columns: int, share: float, seed: int) -> float:
    """A speed without round digits, either sign, px/line."""
    around = np.random.default_rng([seed, columns, round(100 * share)]).uniform(0.97, 1.03)
    return float(share * columns * around * (-1) ** seed)


def _measured(columns: int, share: float, snr_db: float, seeds: range) -> Cell:
    records = [narrow_record(columns, _flow(columns, share, seed), seed, snr_db=snr_db) for seed in seeds]
    scored = [score(record, project) for record in records]
    numbers = _numbers(scored)
    informative = np.concatenate([s.informative for s in scored])
    radon = np.concatenate([_radon_errors(record) for record in records])
    near = any(_nearest_angle(float(record.truth[0])) < numbers["bound"] for record in records)
    found = 100 * float(np.median(radon[informative])) if informative.any() else float("nan")
    return Cell(columns, share, snr_db, **numbers, radon=found, is_grid_near=near)


def _numbers(scored: Sequence[Scored]) -> dict[str, float]:
    """Bound, median, wrong, z and kept of some records."""
    truth = np.concatenate([s.record.truth for s in scored])
    bound = np.concatenate([s.record.bound for s in scored])
    off = np.concatenate([s.off for s in scored])
    error = np.concatenate([s.measured.error for s in scored])
    accepted = np.concatenate([s.measured.accepted for s in scored])
    told = np.concatenate([s.informative for s in scored])
    wrong = np.concatenate([s.wrong & ~s.mixed for s in scored])
    trusted = told & accepted
    size = np.maximum(np.abs(truth), 1e-9)
    return {
        "bound": 100 * _MEDIAN_OF_NORMAL * _median((bound / size)[told]),
        "median": 100 * _median((np.abs(off) / size)[told]),
        "wrong": 100 * float(wrong[accepted].mean()) if accepted.any() else 0.0,
        "z": float(np.sqrt(np.mean((off / error)[trusted] ** 2))) if trusted.any() else float("nan"),
        "kept": 100 * float(accepted[told].mean()) if told.any() else float("nan"),
    }


def _median(values: Numbers) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _radon_errors(record: Record) -> Numbers:
    theta = radon_angles(record.image, window_lines=record.window_lines)
    errors: Numbers = np.abs(np.tan(np.deg2rad(theta)) / record.truth - 1)
    return errors


def _nearest_angle(speed: float) -> float:
    """How far the nearest angle of the Radon transform is from a speed, %."""
    angle = np.rad2deg(np.arctan(speed))
    nearest = np.round(angle / _RADON_STEP_DEG) * _RADON_STEP_DEG
    return 100 * float(abs(np.tan(np.deg2rad(nearest)) / speed - 1))


def print_narrow(seeds: range, snrs_db: Sequence[float], *, with_others: bool) -> None:
    """Print the tables."""
    for line in (*rows(list(cells(seeds, snrs_db))), ""):
        sys.stdout.write(line + "\n")
    for line in other_rows(seeds) if with_others else ():
        sys.stdout.write(line + "\n")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Velocity in narrow records.")
    parser.add_argument(
        "--seeds", type=seeds_of, default=range(1000, 1002), help="first-last, one record for each seed"
    )
    parser.add_argument("--snr", type=float, nargs="*", default=[10.0], help="signal to noise ratios, dB")
    parser.add_argument("--others", action="store_true", help="add conditions without a goal")
    given = parser.parse_args()
    print_narrow(given.seeds, given.snr, with_others=given.others)


if __name__ == "__main__":
    main()
