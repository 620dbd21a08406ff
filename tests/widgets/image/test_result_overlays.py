"""Lines that results draw on the image: where they are, and how many points of them a page gets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.widgets.analysis.view import Overlay
from cloudscope_widgets.widgets.image.result_overlays import MOST_POINTS, overlay_states

WAIT_S = 20


def test_a_long_line_is_thinned_for_what_is_in_view_and_keeps_its_gaps() -> None:
    rows = np.arange(100_000, dtype=float)
    cols = np.where((rows > 500) & (rows < 600), np.nan, 10 + np.sin(rows))
    whole, near = (overlay_states([(Overlay("edge", rows, cols), False)], view)[0] for view in ((0, 1e5), (400, 800)))
    assert len(whole["rows"]) == len(whole["cols"]) <= MOST_POINTS
    assert min(near["rows"]) <= 200
    assert 1000 <= max(near["rows"]) < 1100
    gap = [row for row, col in zip(near["rows"], near["cols"], strict=True) if col is None]
    assert len(gap) == 1
    assert 500 < gap[0] < 600


def test_the_viewer_shows_the_edges_of_the_selected_region_until_they_are_undone(tmp_path: Path) -> None:
    cs.synthetic.vessel(300, 60, diameter_px=20.0, seed=1).write(tmp_path / "vessel.tif")
    session = cs.Session(tmp_path)
    session.wait_for_scan(WAIT_S)
    session.select("vessel.tif")
    acquisition = session.acquisition
    assert acquisition is not None
    viewer = cs.ImageViewer(session)
    session.selection.roi_id = acquisition.add_rect(row_start=100, row_stop=250, col_start=5).roi_id
    acquisition.analyze("diameter", roi_id=1, channel=0)
    viewer.wait(WAIT_S)
    left, right = viewer.overlays
    assert (left["rows"][0], right["rows"][-1]) == (100, 249)
    assert left["cols"][20] == pytest.approx(20, abs=2)
    assert right["cols"][20] == pytest.approx(39, abs=2)
    viewer.drawn_analyses = ("radon_velocity",)
    viewer.wait(WAIT_S)
    assert viewer.overlays == []
    viewer.drawn_analyses = None
    session.selection.roi_id = acquisition.add_line(row0=0, col0=0, row1=100, col1=30).roi_id
    viewer.wait(WAIT_S)
    assert [line["name"] for line in viewer.overlays] == ["left edge", "right edge"]  # as the trace, they stay
    acquisition.update_roi(1, row_stop=200)
    viewer.wait(WAIT_S)
    assert all(line["is_stale"] for line in viewer.overlays)
    for _ in range(3):
        acquisition.undo()
    viewer.wait(WAIT_S)
    assert viewer.overlays == []
    viewer.close()
    session.close()
