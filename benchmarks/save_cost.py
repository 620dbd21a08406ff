"""What one save costs against a plain write of the same files.

Run with ``python -m benchmarks.save_cost [--megabytes 4.5] [--rounds 15] [--folder DIR]``. Every round does all of it
in turn, on the same disk, so that what else the machine does meets all alike; medians are printed. Most of what the
journal costs is waiting until the disk has the bytes (fsync), which depends on the disk: give a folder on the one that
matters. Most of a whole save is turning numbers into text.
"""  # noqa: INP001  (a script)

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.commit.content import content_hash
from cloudscope_widgets.io.commit.journal import commit_files
from cloudscope_widgets.io.format.sidecar import sidecar_document
from cloudscope_widgets.store.acquisition import Acquisition, open_acquisition
from cloudscope_widgets.synthetic import kymograph

LARGEST_RATIO = 4.0
_ROW_BYTES = 81
Files = dict[Path, bytes]


def changed(now: Snapshot, rows: int, seed: int) -> Snapshot:
    """Give a snapshot with a new velocity of every region, whose tables have ``rows`` lines together."""
    rng = np.random.default_rng(seed)
    records = now.records
    for roi in now.rois:
        count = rows // len(now.rois)
        columns = {name: rng.normal(size=count) for name in ("time_s", "time_index", "theta_deg", "velocity")}
        summary = FrozenDict({"num_windows": count, "velocity_mean": float(columns["velocity"].mean())})
        table = pd.DataFrame(columns)
        records = records.stored(
            Record("radon_velocity", 0, roi.roi_id, summary=summary, run_id=str(seed), held_table=table)
        )
    return replace(now, records=records, experiment=now.experiment.updated(note=str(seed)))


def write_plainly(snapshot: Snapshot, image: Path) -> None:
    """Save as programs do that take no care: tables and JSON, one after the other, nothing forced to the disk."""
    import json  # noqa: PLC0415  (as in a few lines of somebody's own)

    tables = [
        record.held_table.assign(channel=record.channel, roi_id=record.roi_id)
        for record in snapshot.records
        if record.held_table is not None
    ]
    pd.concat(tables).to_csv(image.with_name("plain.csv"), index=False)
    image.with_name("plain.json").write_text(json.dumps(sidecar_document(snapshot), indent=2), encoding="utf-8")


def write_bytes(files: Mapping[Path, bytes], *, is_synced: bool) -> None:
    """Write bytes in place, and wait for the disk or not."""
    for path, raw in files.items():
        with path.open("wb") as file:
            file.write(raw)
            file.flush()
            if is_synced:
                os.fsync(file.fileno())


def milliseconds(work: Callable[[], object]) -> float:
    """Time that ``work`` takes."""
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


class Round:
    """All that is measured in turn."""

    def __init__(self, folder: Path, rows: int) -> None:
        """Make a recording with two regions and save it once."""
        self.folder, self.rows = folder, rows
        self.acquisition: Acquisition = open_acquisition(kymograph(500, 40).write(folder / "cell.tif"))
        self.acquisition.add_rect()
        self.acquisition.add_rect(row_stop=200)
        self.apart = folder / "apart"
        self.apart.mkdir()
        self.known: dict[Path, str | None] = {}

    def measure(self, seed: int) -> dict[str, float]:
        """Time every way once, in milliseconds."""
        acquisition = self.acquisition
        acquisition.apply("Run", lambda now: changed(now, self.rows, seed))
        times = {"save": milliseconds(acquisition.save)}
        times["plain save"] = milliseconds(lambda: write_plainly(acquisition.snapshot, self.apart / "cell.tif"))
        files = {path: path.read_bytes() for path in sorted(self.folder.glob("cell.tif.*"))}
        times["bytes synced"] = milliseconds(lambda: write_bytes(self.moved(files, "synced"), is_synced=True))
        times["bytes"] = milliseconds(lambda: write_bytes(self.moved(files, "plain"), is_synced=False))
        own = self.moved(files, "journal")
        known = self.known or dict.fromkeys(own)
        times["commit"] = milliseconds(lambda: commit_files(self.apart / "journal.tif", own, known))
        self.known = {path: content_hash(raw) for path, raw in own.items()}
        times["bytes written"] = sum(map(len, files.values())) / 1e6
        return times

    def moved(self, files: Files, stem: str) -> Files:
        """Give the same contents under other names."""
        return {self.apart / path.name.replace("cell.tif", f"{stem}.tif"): raw for path, raw in files.items()}


def main() -> int:
    """Print times and ratios; the exit code is 1 when a save costs more than it may."""
    parser = argparse.ArgumentParser(description="What one save costs against a plain write.")
    parser.add_argument("--megabytes", type=float, default=4.5, help="size of all files together")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="where to write; a temporary folder by default")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        work = Round(Path(name), int(arguments.megabytes * 1e6 / _ROW_BYTES))
        work.measure(0)
        rounds = [work.measure(seed) for seed in range(1, arguments.rounds + 1)]
    median = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
    return report(median)


def report(median: Mapping[str, float]) -> int:
    """Print the medians; 1 when a save costs more than it may."""
    write = sys.stdout.write
    write(f"{median['bytes written']:.2f} MB in three files, medians in ms\n")
    whole = median["save"] / median["plain save"]
    write(f"  acq.save()                         {median['save']:7.1f}\n")
    write(
        f"  pandas and json, not forced        {median['plain save']:7.1f}   a save costs {whole:.2f} times as much\n"
    )
    write(f"  the same bytes through the journal {median['commit']:7.1f}\n")
    for key, words in (("bytes synced", "written in place, forced   "), ("bytes", "written in place, not forced")):
        write(
            f"  {words:<34} {median[key]:7.1f}   the journal costs {median['commit'] / median[key]:.2f} times as much\n"
        )
    return int(whole > LARGEST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
