"""How many planted events are found, and how many are made up.

Run `python -m benchmarks.events [--seeds 100-139]`. Records of 30 s at 10 dB, half of them with a heartbeat of 20 %,
with many cells (six in 100 px) and with few (two), hold rises, falls, stalls and reversals of 0.2 to 1.5 s. A planted
event is matched by the first candidate not yet used whose start is within 0.15 s and which overlaps it by 0.3 of both
together; every other candidate is false.
"""  # noqa: INP001  (scripts)

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.events.detection import Candidate, detect_events
from cloudscope_widgets.analysis.velocity.line_correlation import line_correlation
from cloudscope_widgets.synthetic import kymograph

LINES = 30_000
COLUMNS = 60
SECONDS_PER_LINE = 0.001
FACTORS = {"rise": (1.6, 2.2), "fall": (0.3, 0.6), "stall": (0.0, 0.0), "reversal": (-1.2, -0.6)}
CELLS_PER_100_PX = {"many cells": 6.0, "few cells": 2.0}
LATEST_START_S = 0.15
LEAST_OVERLAP = 0.3


@dataclass(frozen=True, slots=True)
class Planted:
    """One event of the truth."""

    start_s: float
    stop_s: float
    kind: str


@dataclass(slots=True)
class Count:
    """What was counted over many records."""

    planted: int = 0
    matched: int = 0
    right_kind: int = 0
    false: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, truth: list[Planted], found: list[Candidate]) -> None:
        """Match the events of one record."""
        free = list(found)
        for planted in truth:
            self.planted += 1
            match = next((event for event in free if is_match(planted, event)), None)
            if match is None:
                self.missed.append(planted.kind)
                continue
            free.remove(match)
            self.matched += 1
            self.right_kind += match.kind == planted.kind
        self.false += len(free)


def is_match(planted: Planted, event: Candidate) -> bool:
    """Whether a candidate is the planted event."""
    both = min(planted.stop_s, event.stop_s) - max(planted.start_s, event.start_s)
    either = max(planted.stop_s, event.stop_s) - min(planted.start_s, event.start_s)
    return abs(planted.start_s - event.start_s) <= LATEST_START_S and both >= LEAST_OVERLAP * either


def record(seed: int) -> tuple[NDArray[np.float64], list[Planted]]:
    """Speed of every line in px/line, and what is planted in it."""
    random = np.random.default_rng([seed, 9])
    speed = np.full(LINES, random.uniform(0.6, 3.5) * random.choice([-1, 1]))
    speed *= 1 + (0.2 if seed % 2 else 0.0) * np.sin(2 * np.pi * 7.7e-3 * np.arange(LINES))
    truth = list(events(random))
    for event in truth:
        lines = slice(round(event.start_s / SECONDS_PER_LINE), round(event.stop_s / SECONDS_PER_LINE))
        speed[lines] *= random.uniform(*FACTORS[event.kind])
    return speed, truth


def events(random: np.random.Generator) -> Iterator[Planted]:
    """Events with at least 1.2 s between them."""
    start = 1500
    while True:
        lines = int(random.uniform(200, 1500))
        if start + lines + 1500 > LINES:
            return
        kind = str(random.choice(list(FACTORS)))
        yield Planted(start * SECONDS_PER_LINE, (start + lines) * SECONDS_PER_LINE, kind)
        start += lines + int(random.uniform(1200, 3000))


def recorded(speed: NDArray[np.float64], cells_per_100_px: float, seed: int) -> NDArray[np.generic]:
    """Image of a record with these speeds."""
    return kymograph(LINES, COLUMNS, flow=speed, snr_db=10, cells_per_100_px=cells_per_100_px, seed=seed).image


def found(image: NDArray[np.generic], window_lines: int) -> list[Candidate]:
    """Candidates in the measured velocity of a record."""
    measured = line_correlation(image, window_lines=window_lines)
    velocity = np.where(measured.accepted, measured.velocity, np.nan)
    usual = float(np.nanmedian(np.abs(velocity)))
    still = max(1 / window_lines, 0.05 * usual)
    return detect_events(measured.index * SECONDS_PER_LINE, velocity, still=still, floor=0.25 * usual)


@dataclass(slots=True)
class Class:
    """What was found in one class of records with one window."""

    count: Count = field(default_factory=Count)
    steady: int = 0
    """Candidates in steady flow, all of them false."""


def main() -> None:
    """Print one line for each class of records and each window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="100-139")
    first, last = map(int, parser.parse_args().seeds.split("-"))
    minutes = (last + 1 - first) * LINES * SECONDS_PER_LINE / 60
    for name, cells in CELLS_PER_100_PX.items():
        classes = {window_lines: Class() for window_lines in (16, 32, 64)}
        for seed in range(first, last + 1):
            speed, truth = record(seed)
            eventful, steady = (recorded(flow, cells, seed) for flow in (speed, np.full(LINES, speed[0])))
            for window_lines, one in classes.items():
                one.count.add(truth, found(eventful, window_lines))
                one.steady += len(found(steady, window_lines))
        for window_lines, one in classes.items():
            sys.stdout.write(f"{name}, window {window_lines:3}: {_said(one, minutes)}\n")
        sys.stdout.flush()


def _said(one: Class, minutes: float) -> str:
    count = one.count
    return (
        f"{count.matched} of {count.planted} matched ({count.matched / count.planted:.1%}), "
        f"{count.right_kind} of the right kind, {count.false / minutes:.2f} false a minute, "
        f"{one.steady / minutes:.2f} in steady flow; missed: {', '.join(count.missed) or 'none'}"
    )


if __name__ == "__main__":
    main()
