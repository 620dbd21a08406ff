"""What is known of real recordings, whose truth is not: a record cut narrower must give the same speed.

Run with ``python -m benchmarks.velocity_real [FOLDER]``; FOLDER holds ``Capillary1_0001.tif`` and others, by default
that of the tests. Ratios are those of the windows that both widths accept, window by window; their median counts.
"""  # noqa: INP001  (a script)

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.velocity_records import Image, Numbers
from cloudscope_widgets.analysis.velocity.line_correlation import LineCorrelation, line_correlation
from cloudscope_widgets.io.images.tiff.image import open_tiff

_WINDOW_LINES = 64
_CAPILLARY = "Capillary1_0001.tif"
_CUTS = (24, 19, 14, 10)
_LARGEST_CHANGE = 0.03
_TEN_COLUMNS = "20250722/20250722_A89_0003.tif"
_SEVEN_COLUMNS = "20250722/20250722_A89_0002.tif"
_BIN_PX = 0.05
_LARGEST_SHARE = 0.12


def rows(folder: Path) -> Iterator[str]:
    """Lines of a Markdown table, one for each number to reach."""
    yield "| real recording | goal | reached | |"
    yield "|---|---|---|---|"
    yield from _of_file(folder / _CAPILLARY, "cut to 24, 19, 14, 10 columns: ratio to its full width", _cut_rows)
    yield from _of_file(folder / _TEN_COLUMNS, "largest share of windows in a bin of 0.05 px/line", _locked_row)
    yield from _of_file(folder / _SEVEN_COLUMNS, "cut to 7 columns: windows accepted", _seven_row)


def _of_file(path: Path, number: str, measure: object) -> Iterator[str]:
    if not path.is_file():
        yield f"| {path.name}, {number} | | not run: {path} is not there | |"
        return
    yield from measure(path.name, open_tiff(path).read_channel(0))  # type: ignore[operator]  # one of the three below


def _cut_rows(name: str, image: Image) -> Iterator[str]:
    full = line_correlation(image, window_lines=_WINDOW_LINES)
    for columns in _CUTS:
        cut = line_correlation(_middle(image, columns), window_lines=_WINDOW_LINES)
        both = full.accepted & cut.accepted
        ratio = cut.velocity[both] / full.velocity[both]
        limits = f"{1 - _LARGEST_CHANGE} … {1 + _LARGEST_CHANGE}"
        reached = float(np.median(ratio))
        mark = "" if abs(reached - 1) <= _LARGEST_CHANGE else "missed"
        shares = f"{both.mean():.0%} of windows, {cut.accepted.mean():.0%} accepted"
        yield f"| {name}, {columns} of {image.shape[1]} columns: ratio | {limits} | {reached:.3f} ({shares}) | {mark} |"


def _locked_row(name: str, image: Image) -> Iterator[str]:
    found = line_correlation(image, window_lines=_WINDOW_LINES)
    share, middle = fullest_bin(found)
    mark = "" if share <= _LARGEST_SHARE else "missed"
    title = f"{name}, {image.shape[1]} columns: fullest bin of {_BIN_PX} px/line"
    reached = f"{share:.1%} at {middle:.3f}, {found.accepted.mean():.0%} accepted"
    yield f"| {title} | ≤ {_LARGEST_SHARE:.0%} | {reached} | {mark} |"


def _seven_row(name: str, image: Image) -> Iterator[str]:
    found = line_correlation(_middle(image, 7), window_lines=_WINDOW_LINES)
    reached = f"{found.accepted.mean():.0%}, median {np.median(found.velocity[found.accepted]):.2f} px/line"
    yield f"| {name}, 7 of {image.shape[1]} columns: accepted | runs | {reached} | |"


def fullest_bin(found: LineCorrelation) -> tuple[float, float]:
    """Share of the accepted windows in the fullest bin of 0.05 px/line wherever it begins, and its middle."""
    speed: Numbers = np.sort(found.velocity[found.accepted])
    counts = np.searchsorted(speed, speed + _BIN_PX, "right") - np.arange(len(speed))
    first = int(counts.argmax())
    return counts[first] / len(speed), float(speed[first]) + 0.5 * _BIN_PX


def _middle(image: Image, columns: int) -> Image:
    first = (image.shape[1] - columns) // 2
    return image[:, first : first + columns]


def default_folder() -> Path:
    """Where the tests look for real recordings."""
    shared = os.environ.get("CLOUDSCOPE_SHARED")
    return (Path(shared) if shared else Path(__file__).parents[2] / "shared") / "data" / "real"


def print_real(folder: Path) -> None:
    """Print the table."""
    sys.stdout.write("\n".join(rows(folder)) + "\n")


def main() -> None:
    """Print the table of a folder."""
    parser = argparse.ArgumentParser(description="Velocity in real recordings that are cut narrower.")
    parser.add_argument("folder", type=Path, nargs="?", default=default_folder())
    print_real(parser.parse_args().folder)


if __name__ == "__main__":
    main()
