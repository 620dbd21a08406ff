"""Diameter: accuracy beside the Cramér-Rao bound, shadows of cells, speed, and the compatible rule against a loop.

Run `python -m benchmarks.diameter [--seeds 100-103] [--rows 1500]`. Records are synthetic, their diameter is known.
`bias`, `sd` and `bound` are per cent of the diameter. Bias and sd are of the filtered diameter; the bound is that of
one window of lines with the blur known, without the filter. `lost` are rows that were refused or are more than 20 %
off. `z` is the rms error in standard errors.
"""  # noqa: INP001  (scripts)

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cloudscope_widgets as cs
from cloudscope_widgets.analysis.diameter import Settings, diameter_by_model, measure_diameter
from cloudscope_widgets.analysis.velocity.blas_threads import one_blas_thread
from cloudscope_widgets.synthetic.lumen import EXPONENTS, lumen_brightness
from tests.analysis.diameter.row_by_row import rows_one_by_one

COLUMNS, SIGMA_PX, CENTER_PX = 128, 1.7, 63.3
LOST = 0.2
CLEAN: Mapping[str, Any] = {"dtype": np.float32}
CLIPPED: Mapping[str, Any] = {"background": 60.0, "brightness": 400.0}
SHADOWS: Mapping[str, Mapping[str, Any]] = {
    "one cell at a time, 20 %": {"cell_fraction": 0.2, "cell_px": 28.0, "cell_lines": 8.0},
    "one cell at a time, 40 %": {"cell_fraction": 0.4, "cell_px": 28.0, "cell_lines": 8.0, "cell_depth": 0.8},
    "many small cells, 5 %": {"cell_fraction": 0.05},
    "many small cells, 20 %": {"cell_fraction": 0.2},
    "streaks, 10 %": {"cell_fraction": 0.1, "cell_px": 3.0, "cell_lines": 60.0, "cell_depth": 0.6},
    "streaks, 30 %": {"cell_fraction": 0.3, "cell_px": 3.0, "cell_lines": 60.0, "cell_depth": 0.6},
}


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of record."""

    lumen: str
    diameter_px: float
    snr_db: float
    window_rows: int
    scene: Mapping[str, Any] = field(default_factory=dict)

    def made(self, rows: int, seed: int) -> cs.synthetic.SyntheticVessel:
        """One record."""
        return cs.synthetic.vessel(
            rows,
            COLUMNS,
            diameter_px=self.diameter_px,
            center_px=CENTER_PX,
            lumen_profile=EXPONENTS[self.lumen],
            psf_sigma_px=SIGMA_PX,
            snr_db=self.snr_db,
            seed=seed,
            **self.scene,
        )

    def bound(self) -> float:
        """Cramér-Rao bound of the diameter of one window, relative; background, amplitude and middle unknown."""

        def line(center: float, width: float) -> NDArray[np.float64]:
            place = np.array([center]), np.array([width])
            found: NDArray[np.float64] = lumen_brightness(
                COLUMNS, *place, exponent=EXPONENTS[self.lumen], sigma_px=SIGMA_PX
            )[0]
            return found

        here, step = line(CENTER_PX, self.diameter_px), 1e-3
        by_center = (line(CENTER_PX + step, self.diameter_px) - line(CENTER_PX - step, self.diameter_px)) / 2 / step
        by_width = (line(CENTER_PX, self.diameter_px + step) - line(CENTER_PX, self.diameter_px - step)) / 2 / step
        slopes = np.stack([np.ones(COLUMNS), here, by_center, by_width])
        noise = here.var() / 10 ** (self.snr_db / 10) / self.window_rows
        return float(np.sqrt(np.linalg.inv(slopes @ slopes.T / noise)[3, 3])) / self.diameter_px


def scored(case: Case, method: str, rows: int, seeds: range) -> dict[str, float]:
    """Numbers of one case over all seeds."""
    biases, spreads, lost, errors = [], [], [], []
    for seed in seeds:
        made = case.made(rows, seed)
        settings = Settings(diameter_method=method, window_rows_odd=case.window_rows, lumen_profile=case.lumen)
        truth = made.row_diameter_px(case.window_rows)
        if method == "model_fit":
            found, fit = diameter_by_model(made.image, settings)
            errors.append((found.diameter - truth) / fit.error)
        else:
            found = measure_diameter(made.image, settings)
        relative = (found.filtered - truth) / truth
        good = np.abs(relative) < LOST
        biases.append(float(relative[good].mean()) if good.any() else np.nan)
        spreads.append(float(relative[good].std()) if good.any() else np.nan)
        lost.append(1 - float(good.mean()))
    return {
        "bias": 100 * float(np.mean(biases)),
        "worst": 100 * float(np.max(np.abs(biases))),
        "sd": 100 * float(np.mean(spreads)),
        "lost": 100 * float(np.mean(lost)),
        "z": float(np.sqrt(np.nanmean(np.square(np.concatenate(errors))))) if errors else float("nan"),
    }


def print_case(title: str, case: Case, rows: int, seeds: range) -> None:
    """One line of a table."""
    model, half = (scored(case, method, rows, seeds) for method in ("model_fit", "threshold_width"))
    say(
        f"{title:40} bound {100 * case.bound():5.2f} | fit: bias {model['bias']:+6.2f} (worst {model['worst']:.2f}) "
        f"sd {model['sd']:5.2f} lost {model['lost']:5.1f} % z {model['z']:.2f} | half maximum: bias "
        f"{half['bias']:+6.1f} sd {half['sd']:4.1f} lost {half['lost']:5.1f} %"
    )


def print_speed() -> None:
    """Time of a large record, and the compatible rule against a loop over rows."""
    image = cs.synthetic.vessel(30_000, COLUMNS, seed=1).image
    shadowed = cs.synthetic.vessel(30_000, COLUMNS, seed=1, **SHADOWS["many small cells, 20 %"]).image
    for title, pixels in (("clean", image), ("with shadows", shadowed)):
        with one_blas_thread():
            clock, cpu = time.perf_counter(), time.process_time()
            diameter_by_model(pixels, Settings(diameter_method="model_fit"))
            clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
        say(f"fit of 30,000 x {COLUMNS}, {title}: {cpu:.1f} s of one core ({clock:.1f} s on the clock)")
    few = 1500
    for method in ("threshold_width", "gradient_edges"):
        for binning in ("mean", "median"):
            settings = Settings(diameter_method=method, binning_method=binning)
            cpu = time.process_time()
            measure_diameter(image, settings)
            whole = time.process_time() - cpu
            cpu = time.process_time()
            rows_one_by_one(image[:few], settings)
            loop = (time.process_time() - cpu) * len(image) / few
            say(f"{method}, {binning}: {whole:.2f} s, row by row {loop:.1f} s, {loop / whole:.0f} x")


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="100-103")
    parser.add_argument("--rows", type=int, default=1500)
    said = parser.parse_args()
    first, last = map(int, said.seeds.split("-"))
    seeds = range(first, last + 1)
    for lumen in EXPONENTS:
        for width in (41.0, 12.0):
            for snr_db, window in ((10.0, 5), (1.0, 5), (-3.0, 15)):
                title = f"{lumen} {width:g} px, {snr_db:g} dB, {window} rows"
                print_case(title, Case(lumen, width, snr_db, window, CLEAN), said.rows, seeds)
        for snr_db in (10.0, 1.0):
            title = f"{lumen} 41 px, {snr_db:g} dB, cut off at 0"
            print_case(title, Case(lumen, 41.0, snr_db, 5, CLIPPED), said.rows, seeds)
        for name, scene in SHADOWS.items():
            print_case(
                f"{lumen} 41 px, 10 dB, {name}", Case(lumen, 41.0, 10.0, 5, {**CLEAN, **scene}), said.rows, seeds
            )
    print_speed()


if __name__ == "__main__":
    main()
