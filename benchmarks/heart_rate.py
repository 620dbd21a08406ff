"""How often a planted heart rate is found, and how often noise is taken for one.

Run `python -m benchmarks.heart_rate [--seeds 0-39]`. Records are synthetic, their velocity is measured first.
"""  # noqa: INP001  (scripts)

from __future__ import annotations

import argparse
import sys

import numpy as np

from cloudscope_widgets.analysis.heart_rate.estimate import heart_rate, is_significant
from cloudscope_widgets.analysis.velocity.line_correlation import line_correlation
from cloudscope_widgets.synthetic import Heartbeat, kymograph

LINES = 20_000
COLUMNS = 40
SECONDS_PER_LINE = 0.001
TOLERANCE_BPM = 5.0


def measured(flow: float | Heartbeat, window_lines: int, seed: int) -> dict[str, object]:
    """Heart rate of one record of 20 s, through its measured velocity."""
    image = kymograph(LINES, COLUMNS, flow=flow, snr_db=10, seed=seed).image
    found = line_correlation(image, window_lines=window_lines)
    velocity = np.where(found.accepted, found.velocity, np.nan)
    return heart_rate(found.index * SECONDS_PER_LINE, velocity, window_s=window_lines * SECONDS_PER_LINE)


def planted(window_lines: int, seeds: range) -> tuple[float, float]:
    """Shares of planted rates from 300 to 560 bpm that are found, and found significant."""
    found = significant = 0
    for seed in seeds:
        bpm = float(np.random.default_rng([seed, 5]).uniform(300, 560))
        summary = measured(Heartbeat(0.83, rate_hz=bpm / 60, depth=0.1), window_lines, seed)
        rate = summary["lomb"]["bpm"]  # type: ignore[index]  # a block of numbers
        is_found = rate is not None and abs(rate - bpm) <= TOLERANCE_BPM
        found += is_found
        significant += is_found and is_significant(summary)
    return found / len(seeds), significant / len(seeds)


def false_alarms(window_lines: int, seeds: range) -> tuple[float, float]:
    """Shares of records of steady flow with a significant peak, and with the status "ok" of the shared format."""
    summaries = [measured(0.83, window_lines, seed) for seed in seeds]
    return (
        sum(map(is_significant, summaries)) / len(seeds),
        sum(summary["status"] == "ok" for summary in summaries) / len(seeds),
    )


def main() -> None:
    """Print one line for each window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-39")
    first, last = map(int, parser.parse_args().seeds.split("-"))
    seeds = range(first, last + 1)
    sys.stdout.write(f"{len(seeds)} records of each kind, pulsation of 10 %\n")
    for window_lines in (16, 32, 64):
        found, significant = planted(window_lines, seeds)
        alarms, status = false_alarms(window_lines, seeds)
        sys.stdout.write(
            f"window {window_lines:3}: found {found:.1%}, found and significant {significant:.1%}; steady flow: "
            f"significant {alarms:.1%}, status ok {status:.1%}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
