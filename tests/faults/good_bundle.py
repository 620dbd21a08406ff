"""Saved files as they should be, from which bad ones are made."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph

IMAGE = "cell.tif"
SIDECAR = "cell.tif.json"
OWN = "cell.tif.widgets.json"
TABLE = "cell.tif.radon_velocity.csv"


@lru_cache
def good_bundle() -> Mapping[str, bytes]:
    """Content of the image and of all that this program saves beside it, by file name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        acq = cs.open(kymograph(400, 24).write(folder / IMAGE, with_text=False))
        acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.25, dwell_s=2e-6)
        acq.add_rect()
        acq.add_line(row0=3, col0=3, row1=90, col1=20)
        acq.set_contrast(0, value_min=1.5, value_max=400)
        acq.review = "accepted"
        acq.analyze("radon_velocity", roi_id=1, window_width=16)
        acq.add_event(roi_id=1, start_s=0.1, stop_s=0.2, event_type="stall", note="slow")
        acq.save()
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def write_bundle(folder: Path, changed: Mapping[str, bytes]) -> Path:
    """Write the good files with some of them changed, and return the path of the image."""
    for name, raw in {**good_bundle(), **changed}.items():
        (folder / name).write_bytes(raw)
    return folder / IMAGE
