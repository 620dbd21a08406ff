"""Compares our image viewer with the least that any viewer must do, and with glue-jupyter, in JupyterLab and one run.

Run with ``python -m benchmarks.viewer [--bench FOLDER] [--sizes 30MB 300MB 3GB] [--slow] [--repeat 2]``.

The bench itself, a folder with ``harness.py``, ``make_data.py`` and ``cases``, is copied to a folder of its own, and
our case added. ``--slow`` puts a line of 20 Mbit/s between page and server, on which each byte takes 80 ms. Before each
case its file is dropped from the memory of the system. What is printed are medians of the repetitions, and ratios to
``ref_screen_pixels``.
"""  # noqa: INP001  (a script)

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.viewer.slow_proxy import SlowProxy

_HERE = Path(__file__).resolve().parent
_BENCH = _HERE.parents[2] / "shared" / "bench" / "viewer"
_OURS, _REFERENCE = "cloudscope_viewer", "ref_screen_pixels"
_CASES = (_REFERENCE, _OURS, "glue_jupyter_imshow")
_DELAY_S, _BITS_PER_S = 0.08, 20e6
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "bytes to the page": ("ws_rx_bytes",),
    "first paint ms": ("first_paint_ms",),
    "contrast from Python ms": ("contrast_py", "settled_ms"),
    "contrast bytes": ("contrast_py", "ws_bytes"),
    "zoom, first frame ms": ("zoom_wheel", "first_ms"),
    "zoom, sharp ms": ("zoom_wheel", "settled_ms"),
    "pan of 100 px, bytes": ("pan_drag", "ws_bytes"),
    "pan frames/s": ("pan_drag", "fps"),
    "kernel peak MB": ("kernel_peak_extra_MB",),
    "page extra MB": ("browser_extra_MB",),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all cases in turn, and print one table for each size."""
    parser = argparse.ArgumentParser(description="Compare image viewers in JupyterLab.")
    parser.add_argument("--bench", type=Path, default=_BENCH, help="folder of the bench")
    parser.add_argument("--sizes", nargs="+", default=["30MB", "300MB", "3GB"], help="recordings to show")
    parser.add_argument("--cases", nargs="+", default=list(_CASES), help="viewers to compare")
    parser.add_argument("--repeat", type=int, default=2, help="runs of each case")
    parser.add_argument("--slow", action="store_true", help="through a slow line")
    parser.add_argument("--keep", type=Path, help="folder to work in, kept with its data and pictures")
    given = parser.parse_args(arguments)
    if not (given.bench / "harness.py").is_file():
        parser.error(f"there is no bench in {given.bench}; name its folder with --bench")
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        shutil.copytree(given.bench, folder, dirs_exist_ok=True)
        shutil.copy(_HERE / f"{_OURS}.py", folder / "cases")
        largest = ["3GB"] if "3GB" in given.sizes else []
        subprocess.run([sys.executable, "make_data.py", *largest], cwd=folder, check=True)  # noqa: S603  (the bench)
        for size in given.sizes:
            _print(size, _measured(folder, size, given.cases, given.repeat, is_slow=given.slow))


def _measured(
    folder: Path, size: str, cases: Sequence[str], repeat: int, *, is_slow: bool
) -> dict[str, list[dict[str, Any]]]:
    """What each case gave, run after run in turn so that all meet the same load."""
    sys.path.insert(0, str(folder))
    harness = importlib.import_module("harness")
    sync_playwright = importlib.import_module("playwright.sync_api").sync_playwright
    found: dict[str, list[dict[str, Any]]] = {case: [] for case in cases}
    lab = harness.Lab()
    try:
        if is_slow:
            proxy = SlowProxy(lab.port, _DELAY_S, _BITS_PER_S)
            proxy.start()
            lab.port = proxy.port
        with sync_playwright() as playwright:
            for _ in range(repeat):
                for case in cases:
                    _forget(folder / "data" / f"kymo_{size}.npy")
                    found[case].append(harness.run_case(playwright, lab, size, case))
    finally:
        lab.stop()
    return found


def _forget(path: Path) -> None:
    """Drop a file from the memory of the system."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _print(size: str, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Show one table; what a case could not do is a dash."""
    rows = [[size, *found]]
    for name, keys in _NUMBERS.items():
        values = {case: _median(runs, keys) for case, runs in found.items()}
        reference = values.get(_REFERENCE)
        rows.append([name, *(_cell(value, reference) for value in values.values())])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        sys.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() + "\n")
    for case, runs in found.items():
        for failure in {str(run["fail"]) for run in runs if run.get("fail")}:
            sys.stdout.write(f"{case}: {failure}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()


def _median(runs: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> float | None:
    values = []
    for run in runs:
        value: Any = run
        for key in keys:
            value = (value or {}).get(key)
        if value is not None:
            values.append(float(value))
    return statistics.median(values) if values else None


def _cell(value: float | None, reference: float | None) -> str:
    if value is None:
        return "–"
    ratio = f" ({value / reference:.2f}×)" if reference else ""
    return f"{value:,.0f}{ratio}".replace(",", " ")


if __name__ == "__main__":
    main()
