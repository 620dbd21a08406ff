"""How well planted calcium transients are found and measured.

Run `python -m benchmarks.calcium [--seeds 0-7]`. Transients of dF/F 0.5 in records of 30 s at 500 lines/s that lose
half of their brightness, by the rule of CloudScope and by steps out of the noise. Signal to noise is that of one pixel;
the mean of 32 columns has 15 dB more, and a record of one column shows what the rule does at that level itself.
"""  # noqa: INP001  (scripts)

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from cloudscope_widgets.analysis.sum_intensity import PRESETS, SumIntensitySettings, sum_intensity
from cloudscope_widgets.synthetic import calcium

LINES = 15_000
LINE_S = 0.002
SAME_S = 0.1
"""An onset this near to a planted one is that one."""
PRESET_OF = {0.1: "fast", 0.3: "medium", 1.0: "slow"}
SMOOTH = {"window_radius_points": 6}
Rule = Literal["threshold", "steps"]


@dataclass
class Score:
    """What was found in some records."""

    planted: int = 0
    false: int = 0
    onset_s: list[float] = field(default_factory=list)
    peak_s: list[float] = field(default_factory=list)
    amplitude: list[float] = field(default_factory=list)

    def add(
        self, seed: int, records: Mapping[str, Any], settings: SumIntensitySettings, how: Mapping[str, Any]
    ) -> None:
        """Measure one record and compare it with its truth."""
        made = calcium(LINES, bleaching=0.5, seconds_per_line=LINE_S, seed=seed, **records)
        events = sum_intensity(made.image, seconds_per_line=LINE_S, settings=settings, **how).events
        left = list(events)
        self.planted += len(made.onsets_s)
        for onset_s, peak_s, amplitude in zip(made.onsets_s, made.peaks_s, made.amplitudes, strict=True):
            near = [event for event in left if abs(event.onset_s - onset_s) <= SAME_S]
            if not near:
                continue
            event = min(near, key=lambda each: abs(each.onset_s - onset_s))
            left.remove(event)
            self.onset_s.append(event.onset_s - onset_s)
            self.peak_s.append((event.peak_s or 0.0) - peak_s)
            self.amplitude.append((event.amplitude or 0.0) / amplitude - 1)
        self.false += len(left)

    @property
    def words(self) -> str:
        """One line of the table."""
        found = len(self.onset_s)
        if not found:
            return f"found   0 of {self.planted}, false {self.false}"
        return (
            f"found {found:3} of {self.planted:3}, false {self.false:6}; onset {_ms(self.onset_s)}, "
            f"peak {_ms(self.peak_s)}, amplitude {np.median(self.amplitude):+.1%}"
        )


def _ms(errors: list[float]) -> str:
    middle = float(np.median(errors))
    return f"{1000 * middle:+4.0f} ± {1482.6 * float(np.median(np.abs(np.array(errors) - middle))):3.0f} ms"


def score(seeds: range, records: Mapping[str, Any], params: Mapping[str, Any], how: Mapping[str, Any]) -> Score:
    """Score of some records of one kind."""
    found = Score()
    for seed in seeds:
        found.add(seed, records, SumIntensitySettings(**params), how)
    return found


def main() -> None:
    """Print one line for each kind of record and each way to look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-7")
    first, last = map(int, parser.parse_args().seeds.split("-"))
    ways: tuple[tuple[str, Rule, bool], ...] = (
        ("defaults", "threshold", False),
        ("preset", "threshold", False),
        ("preset, smoothed", "steps", False),
        ("the same, divided", "steps", True),
    )
    for snr_db, columns in ((10.0, 32), (3.0, 32), (10.0, 1), (3.0, 1)):
        for decay_s, preset in PRESET_OF.items():
            records = {"columns": columns, "snr_db": snr_db, "decay_s": decay_s}
            sys.stdout.write(f"\n{snr_db:g} dB, {columns} columns, decay {decay_s:g} s ({preset})\n")
            for name, rule, is_divided in ways:
                params = {} if name == "defaults" else {**PRESETS[preset], **(SMOOTH if rule == "steps" else {})}
                found = score(range(first, last + 1), records, params, {"onset_rule": rule, "is_divided": is_divided})
                sys.stdout.write(f"  {rule:9} {name:18} {found.words}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
