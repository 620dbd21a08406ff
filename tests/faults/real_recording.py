"""A real recording whose regions, metadata, own file and table all tell which save they belong to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.kinds import VELOCITY
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.commit.recovery import recover
from cloudscope_widgets.store.acquisition import Acquisition, open_acquisition
from cloudscope_widgets.synthetic import kymograph
from tests.faults.kill_trials import Recording


def acquisition_recording(folder: Path, lines: int) -> Recording:
    """Save with ``Acquisition.save``, look with ``open``; ``lines`` is the length of the velocity table."""
    image = kymograph(200, 40).write(folder / "cell.tif")

    held: dict[int, Acquisition] = {}

    def prepare(generation: int) -> Callable[[], object]:
        acquisition = held.get(os.getpid()) if os.getpid() != parent else None
        acquisition = acquisition or open_acquisition(image)
        held[os.getpid()] = acquisition
        edit(acquisition, generation, lines)
        return acquisition.save

    parent = os.getpid()
    return Recording(image, prepare, lambda: opened_state(image), lambda: recover(image))


def edit(acquisition: Acquisition, generation: int, lines: int) -> None:
    """Change everything that is saved to one generation, as one step."""
    acquisition.apply("Change all", lambda now: of_generation(now, generation, lines))


def of_generation(now: Snapshot, generation: int, lines: int) -> Snapshot:
    """Give a snapshot in which everything is of one generation."""
    if not now.rois:
        now = replace(now, rois=now.rois.added(_region(now)))
    now = now.with_roi_changed(1, name=str(generation), is_locked=bool(generation % 2))
    experiment = now.experiment.updated(note=str(generation), depth=float(generation))
    record = _record(generation, lines)
    contrast = now.contrast.updated(0, value_min=0.5, value_max=generation + 0.5)
    return replace(now, experiment=experiment, contrast=contrast, records=now.records.stored(record))


def _region(now: Snapshot) -> RectRoi:
    return RectRoi(1, 0, now.header.shape[0], 0, now.header.shape[1])


def _record(generation: int, lines: int) -> Record:
    table = pd.DataFrame({
        "time_s": np.arange(lines) * 0.5,
        "time_index": np.arange(lines) * 16.0,
        "theta_deg": np.full(lines, 45.0),
        "velocity": np.full(lines, float(generation)),
    })  # fmt: skip
    quality = pd.DataFrame(
        {name: np.full(lines, generation % 2, dtype) for name, dtype in ((c.name, c.dtype) for c in VELOCITY.quality)}
    )
    return Record(
        "radon_velocity",
        0,
        1,
        params=FrozenDict({"window_width": 64}),
        summary=FrozenDict({"num_windows": lines, "velocity_mean": float(generation)}),
        run_id=f"run {generation}",
        provenance=FrozenDict({"run_id": f"run {generation}"}),
        held_table=table,
        held_quality=quality,
    )


def opened_state(image: Path) -> tuple[int, str]:
    """Generation of a recording that is opened anew, and what is wrong with it."""
    acquisition = open_acquisition(image)
    if acquisition.damage:
        return 0, "torn"
    if not acquisition.rois:
        return 0, "" if not acquisition.records else "mixed"
    record = acquisition.record("radon_velocity", roi_id=1)
    table = None if record is None else record.table
    if record is None or table is None or table.empty:
        return 0, "a table is missing"
    found = {
        acquisition.rois[0].name,
        acquisition.experiment.note,
        f"{acquisition.contrast[0].value_max - 0.5:.0f}",
        f"{record.summary['velocity_mean']:.0f}",
        *(f"{velocity:.0f}" for velocity in set(table["velocity"])),
    }
    return int(acquisition.rois[0].name), "mixed" if len(found) > 1 else ""
