"""Angles and speed of the radon mode against `skimage.transform.radon`, window by window, on one core.

Run `OPENBLAS_NUM_THREADS=1 python -m benchmarks.radon FOLDER [--every 1]`, where the folder holds TIFF recordings.
"""  # noqa: INP001  (scripts)

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.transform import radon

import cloudscope_widgets as cs
from cloudscope_widgets.analysis.velocity.radon import radon_angles

Image = NDArray[Any]


def reference_angle(window: Image) -> float:
    """Angle of one window, of whole degrees first and then of quarters."""
    centred = window.astype(np.float32) - window.astype(np.float32).mean()
    coarse = np.arange(180.0)
    return _best(centred, _best(centred, coarse) + np.arange(-2, 2.25, 0.25))


def _best(centred: Image, angles: NDArray[np.float64]) -> float:
    projections: Image = radon(centred, theta=angles, circle=False)  # type: ignore[no-untyped-call]  # no annotations
    return float(angles[projections.var(axis=0).argmax()])


def records(folder: Path) -> dict[str, Image]:
    """Recordings of the folder, and synthetic ones."""
    found = {path.name: cs.open(path).pixels() for path in sorted(folder.rglob("*.tif"))}
    for seed in range(4):
        speed = float(np.random.default_rng(seed).uniform(-4, 4))
        found[f"synthetic {speed:.2f} px/line"] = cs.synthetic.kymograph(2000, 48, flow=speed, seed=seed).image
    return found


def main() -> None:
    """Print one line for each recording."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--window", type=int, default=64)
    parser.add_argument("--every", type=int, default=1, help="compare every so many windows only")
    given = parser.parse_args()
    for name, pixels in records(given.folder).items():
        times = [time.process_time()]
        for _ in ("first call", "warm"):
            theta = radon_angles(pixels, window_lines=given.window)
            times.append(time.process_time())
        step = given.window // 4
        chosen = range(0, len(theta), given.every)
        expected = [reference_angle(pixels[index * step : index * step + given.window]) for index in chosen]
        reference_s = (time.process_time() - times[-1]) / len(chosen) * len(theta)
        same = int((theta[chosen.start : chosen.stop : chosen.step] == expected).sum())
        first_s, warm_s = np.diff(times)
        sys.stdout.write(
            f"{name}: {same} of {len(chosen)} angles identical; window by window {reference_s:.1f} s, first call "
            f"1/{reference_s / first_s:.0f}, warm 1/{reference_s / warm_s:.0f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
