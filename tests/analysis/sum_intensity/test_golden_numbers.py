"""Numbers of the intensity trace and its events beside those that CloudScope wrote."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity import SumIntensitySettings, sum_intensity, summary, table
from cloudscope_widgets.analysis.sum_intensity.baseline import baseline, relative_to
from cloudscope_widgets.analysis.sum_intensity.events import find_events
from cloudscope_widgets.analysis.sum_intensity.features import Signal
from cloudscope_widgets.analysis.sum_intensity.summary import event_document
from cloudscope_widgets.io.format.tables import exact_numbers

VARIANTS = ("absolute", "default", "fast", "manual_f0_nodetrend", "medium", "negative", "norm_source", "slow")
ROIS = (4, 1)
EXACT = 1e-9
FITTED = 1e-6
"""The fit stops at 1.5e-8 of its cost, and differs between machines by as much as this."""


@dataclass(frozen=True)
class Golden:
    """What CloudScope found in some pixels."""

    pixels: NDArray[Any]
    seconds_per_line: float
    settings: SumIntensitySettings
    summary: dict[str, Any]
    table: pd.DataFrame


def read_table(path: Path) -> pd.DataFrame:
    found: pd.DataFrame = pd.read_csv(io.BytesIO(path.read_bytes()), **exact_numbers())
    return found


@pytest.fixture(params=VARIANTS)
def small(request: pytest.FixtureRequest, shared_data: Path) -> Golden:
    folder, name = shared_data / "golden" / "small", f"calcium.sum_intensity_{request.param}"
    said = json.loads((folder / f"{name}.json").read_bytes())
    pixels = tifffile.imread(folder / "calcium.tif")
    if request.param == "negative":  # run on 4000 - image
        pixels = 4000 - pixels.astype(np.int64)
    settings = SumIntensitySettings(**said["detection_params"])
    return Golden(pixels, said["physical_units"][0], settings, said["summary"], read_table(folder / f"{name}.csv"))


@pytest.fixture(params=ROIS)
def capillary(request: pytest.FixtureRequest, shared_data: Path) -> Golden:
    folder, stem = shared_data / "golden" / "capillary1", "Capillary1_0001.tif"
    document = json.loads((folder / f"{stem}.json").read_bytes())
    roi = next(roi["data"] for roi in document["rois"] if roi["roi_id"] == request.param)
    said = next(
        record
        for record in document["analysis"]
        if (record["analysis_name"], record["roi_id"]) == ("sum_intensity", request.param)
    )
    pixels = tifffile.imread(folder / stem)[roi["row_start"] : roi["row_stop"], roi["col_start"] : roi["col_stop"]]
    rows = read_table(folder / f"{stem}.sum_intensity.csv")
    rows = rows[rows["roi_id"] == request.param].drop(columns=["channel", "roi_id"]).reset_index(drop=True)
    settings = SumIntensitySettings(**said["detection_params"])
    return Golden(pixels, said["summary"]["seconds_per_line"], settings, said["summary"], rows)


def differences(ours: Any, theirs: Any, tolerance: float, place: str = "") -> Iterator[str]:  # noqa: ANN401  (JSON)
    """Places where two documents differ by more than a tolerance, in words."""
    if isinstance(theirs, dict) and isinstance(ours, dict) and ours.keys() == theirs.keys():
        for key, value in theirs.items():
            yield from differences(ours[key], value, tolerance, f"{place}/{key}")
    elif isinstance(theirs, list) and isinstance(ours, list) and len(ours) == len(theirs):
        for index, value in enumerate(theirs):
            yield from differences(ours[index], value, tolerance, f"{place}/{index}")
    elif isinstance(theirs, float) and isinstance(ours, float):
        if abs(ours - theirs) > tolerance * max(1.0, abs(theirs)):
            yield f"{place}: {ours} for {theirs}"
    elif ours != theirs or type(ours) is not type(theirs):
        yield f"{place}: {ours!r} for {theirs!r}"


def check(golden: Golden) -> None:
    tolerance = FITTED if golden.settings.detrend_method == "single_exponential" else EXACT
    found = sum_intensity(golden.pixels, seconds_per_line=golden.seconds_per_line, settings=golden.settings)
    rows = table(found)
    assert list(rows.columns) == list(golden.table.columns)
    for name in rows.columns:
        np.testing.assert_allclose(
            rows[name].to_numpy(np.float64), golden.table[name].to_numpy(np.float64), rtol=tolerance, atol=tolerance
        )
    assert [str(rows[name].dtype) for name in ("is_onset", "is_peak")] == ["bool", "bool"]
    said = {name: value for name, value in golden.summary.items() if not name.startswith("analysis_")}
    assert list(differences(summary(found, golden.settings, golden.seconds_per_line), said, tolerance)) == []


def test_every_column_flag_and_number_of_the_small_recording_agrees(small: Golden) -> None:
    check(small)


def test_every_column_flag_and_number_of_capillary1_agrees(capillary: Golden) -> None:
    check(capillary)


def test_behind_the_fit_everything_agrees_to_the_ninth_digit(small: Golden) -> None:
    trace, time_s = (small.table[name].to_numpy(np.float64) for name in ("detrended_norm_sum_intensity", "time_sec"))
    f0 = baseline(trace, small.settings).f0
    relative = relative_to(trace, f0)
    assert f0 == pytest.approx(small.summary["f0_baseline"], rel=EXACT)
    np.testing.assert_allclose(relative, small.table["df_f_signal"], rtol=EXACT, atol=EXACT)
    slope = np.gradient(relative, time_s)
    np.testing.assert_allclose(slope, small.table["d_df_f_signal"], rtol=EXACT, atol=EXACT)
    name = small.settings.detection_source
    values = relative if name == "df_f_signal" else small.table[name].to_numpy(np.float64)
    signal = Signal(values, np.gradient(values, time_s), time_s, small.settings.sign)
    events = find_events(signal, small.settings, small.seconds_per_line)
    documents = [event_document(event, small.settings, small.seconds_per_line) for event in events]
    assert list(differences(documents, small.summary["peak_events"], EXACT)) == []
