"""A region that is too long for memory is measured from its file, part by part, with the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tifffile
from numpy.typing import NDArray

import cloudscope_widgets as cs
from cloudscope_widgets.io.images.file_lines import FileLines
from cloudscope_widgets.io.images.lines import Lines
from cloudscope_widgets.store import analysis_run
from cloudscope_widgets.synthetic import kymograph, vessel

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "radon": ("radon_velocity", {"method": "radon"}),
    "line correlation": ("radon_velocity", {"method": "line_correlation"}),
    "intensity": ("sum_intensity", {}),
    "model fit": ("diameter", {"diameter_method": "model_fit"}),
    "threshold width": ("diameter", {"diameter_method": "threshold_width"}),
}

WHEN = {"analysis_date", "analysis_time"}


def _image(name: str) -> NDArray[Any]:
    made = vessel(600, 41, seed=1) if name == "diameter" else kymograph(1500, 32, flow=1.37, seed=1)
    image: NDArray[Any] = np.asarray(made.image)
    return image


@pytest.mark.parametrize("has_gaps", [False, True], ids=["whole numbers", "missing pixels"])
@pytest.mark.parametrize("run", RUNS)
def test_a_long_region_is_measured_as_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: str, *, has_gaps: bool
) -> None:
    name, params = RUNS[run]
    image = _image(name)
    if has_gaps and run != "radon":  # which takes no missing pixels
        image = image.astype(np.float32)
        image[40:43, 5] = np.nan
    tifffile.imwrite(tmp_path / "cell.tif", image, photometric="minisblack")
    found = []
    for most in (1 << 28, 0):
        monkeypatch.setattr(analysis_run, "MOST_READ_BYTES", most)
        acq = cs.open(tmp_path / "cell.tif")
        acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.25)
        acq.add_rect(row_start=20, col_start=1)
        record = acq.analyze(name, roi_id=1, **params)
        summary = {key: value for key, value in record.summary.items() if key not in WHEN}
        assert record.table is not None
        found.append((repr(summary), record.table))
    assert found[0][0] == found[1][0]
    pd.testing.assert_frame_equal(found[0][1], found[1][1], check_exact=True)


def test_what_somebody_else_has_written_gets_an_array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Foreign:
        """Takes arrays."""

    tifffile.imwrite(tmp_path / "cell.tif", _image("radon_velocity"), photometric="minisblack")
    acq = cs.open(tmp_path / "cell.tif")
    roi = acq.add_rect()
    monkeypatch.setattr(analysis_run, "MOST_READ_BYTES", 0)
    lines = acq.lines()
    assert isinstance(lines, FileLines)
    foreign: Any = Foreign()
    for reads_parts in (False, True):
        monkeypatch.setattr(Foreign, "reads_parts", reads_parts, raising=False)
        run = analysis_run._Run(foreign, roi, 0, {}, acq.snapshot, {}, (), makes_roi=False)  # noqa: SLF001  (what is tested)
        pixels = analysis_run._inside(acq, run, roi)  # noqa: SLF001  (what is tested)
        assert isinstance(pixels, Lines) == reads_parts
