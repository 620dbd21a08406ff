"""Speed and memory of the velocity measurement.

Run with ``python -m benchmarks.velocity_speed [--lines 1000000] [--columns 128] [--window 64] [--against MODULE.py]``.
The record is a memory-mapped file, as in use; for one core set OPENBLAS_NUM_THREADS=1.
"""  # noqa: INP001  (a script)

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.velocity_accuracy import Program, program_of, project
from benchmarks.velocity_records import Image
from cloudscope_widgets.analysis.velocity.line_correlation import line_correlation
from cloudscope_widgets.synthetic import kymograph

_MADE_LINES = 32768
_CHUNK_LINES = 2048


@dataclass(slots=True)
class Pauses:
    """Longest time between two questions whether to cancel."""

    longest_s: float = 0.0
    last_s: float = field(default_factory=time.perf_counter)

    def ask(self) -> bool:
        """Note the time and go on."""
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self.last_s)
        self.last_s = now
        return False


def mapped_record(path: Path, lines: int, columns: int) -> Image:
    """Read-only memory map of a record with flow, repeated to its length."""
    part = kymograph(_MADE_LINES, columns, flow=1.837, snr_db=5, seed=3).image
    record = np.lib.format.open_memmap(path, "w+", part.dtype, (lines, columns))
    for first in range(0, lines, _MADE_LINES):
        record[first : first + _MADE_LINES] = part[: lines - first]
    record.flush()
    mapped: Image = np.load(path, mmap_mode="r")
    return mapped


def seconds(work: Callable[[], object]) -> float:
    """Time that `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def plain_ffts(image: Image) -> None:
    """One numpy FFT of every line, the least that any such method does."""
    for first in range(0, len(image), _CHUNK_LINES):
        np.fft.rfft(image[first : first + _CHUNK_LINES].astype(np.float32), axis=1)


def peak_megabytes(work: Callable[[], object]) -> float:
    """Most memory that `work` holds at a time, beyond what there is already."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed and memory of the velocity measurement.")
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines of the record")
    parser.add_argument("--columns", type=int, default=128, help="pixels per line")
    parser.add_argument("--window", type=int, default=64, help="lines per window")
    parser.add_argument("--against", type=Path, help="module with velocity(image, window_lines) to compare with")
    return parser.parse_args()


def report(name: str, measure: Program, image: Image, window_lines: int) -> None:
    """Print times and memory of one program."""
    write = sys.stdout.write
    quarter = image[: len(image) // 4]
    least_s = seconds(lambda: plain_ffts(image))
    whole_s = seconds(lambda: measure(image, window_lines))
    quarter_s = seconds(lambda: measure(quarter, window_lines))
    write(f"{name}\n")
    write(f"  {whole_s:.2f} s, {1e9 * whole_s / image.size:.1f} ns per pixel\n")
    write(f"  {whole_s / least_s:.1f} times one numpy FFT per line ({least_s:.2f} s)\n")
    write(f"  four times the lines take {whole_s / quarter_s:.2f} times as long\n")
    write(f"  {peak_megabytes(lambda: measure(image, window_lines)):.0f} MB beyond the input\n")


def main() -> None:
    """Print times and memory."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        image = mapped_record(Path(folder) / "record.npy", arguments.lines, arguments.columns)
        report("project", project, image, arguments.window)
        pauses = Pauses()
        line_correlation(image, window_lines=arguments.window, cancel=pauses.ask)
        sys.stdout.write(f"  asks whether to cancel at least every {pauses.longest_s:.2f} s\n")
        if arguments.against is not None:
            report(arguments.against.stem, program_of(arguments.against), image, arguments.window)


if __name__ == "__main__":
    main()
