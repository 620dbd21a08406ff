"""What CloudScope's analyses gave for small images: read beside the image, saved with a changed note, compared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.frozen import thaw

ANALYSES = {
    "calcium.sum_intensity": "sum_intensity",
    "vessel.diameter": "diameter",
    "streaks_accel.radon": "radon_velocity",
}
VARIANTS = {
    "calcium.sum_intensity": (
        *("absolute", "default", "fast", "manual_f0_nodetrend", "medium", "negative", "norm_source", "slow"),
    ),
    "vessel.diameter": (
        *("gradient_default", "gradient_nogate_s0", "gradient_tight", "threshold_absolute", "threshold_dark"),
        *("threshold_default", "threshold_median_w9_s3_k5"),
    ),
    "streaks_accel.radon": ("w128", "w16", "w64"),
}
NAMES = [f"{group}_{variant}" for group, variants in VARIANTS.items() for variant in variants]
HEART_RATES = ("trace.heart_rate_default", "trace.heart_rate_segments", "trace.heart_rate_signed_edge")
WINDOWS = "trace.event_windows"
AUTO_EVENTS = "kymflow_auto_events_trace_for_hr"
NO_SAVED_FILES = {"radon_accuracy.csv", "trace_for_hr.csv", "calcium.tif", "streaks_accel.tif", "vessel.tif"}
"""Images, and tables of numbers that other tests compare with."""

pytestmark = pytest.mark.plants_files("summary", "record known", "record region")


@pytest.fixture
def small(shared_data: Path) -> Path:
    """Folder of the small images and their results, read-only."""
    return shared_data / "golden" / "small"


def record(name: str, roi_id: int, found: dict[str, Any]) -> dict[str, Any]:
    """Wrap a result as the sidecar holds it; the width of the window stands elsewhere in some files."""
    params = found.get("detection_params") or {"window_width": found["window_width"]}
    key = {"analysis_name": name, "channel": 0, "roi_id": roi_id}
    return {**key, "detection_params": params, "summary": found["summary"]}


def document(shape: tuple[int, int], records: list[dict[str, Any]]) -> dict[str, Any]:
    """Sidecar as CloudScope wrote it in May 2026, without the keys that came later."""
    lines, columns = shape
    sizes = {"physical_unit_y": 0.001, "physical_unit_x": 0.25, "physical_label_y": "seconds", "physical_label_x": "um"}
    header = {
        "shape": str(shape),
        "dims": "('Y', 'X')",
        "sizes": str({"Y": lines, "X": columns}),
        "date": "",
        "time": "",
    }
    data = {"row_start": 0, "row_stop": lines, "col_start": 0, "col_stop": columns}
    roi = {"roi_id": 1, "roi_type": "rectroi", "version": "1.0", "name": "whole", "note": "", "data": data}
    return {
        "version": 2,
        "accepted": True,
        "rois": [roi],
        "experiment_metadata": {"species": "mouse", "depth": None, "branch_order": None, "_is_dirty": False},
        "image_header_metadata": {**header, **sizes, "dtype": "uint16", "num_channels": 1, "num_scenes": 1},
        "analysis": records,
    }


def placed(small: Path, folder: Path, stem: str, records: list[dict[str, Any]]) -> Path:
    """Put a copy of an image and a sidecar, in CloudScope's spelling, into a folder."""
    image = folder / f"{stem}.tif"
    shutil.copyfile(small / image.name, image)
    shape = cs.open(image).header.shape
    text = json.dumps(document(shape, records), indent=2, sort_keys=True)
    image.with_name(f"{image.name}.json").write_text(text, encoding="utf-8")
    return image


def place_table(small: Path, image: Path, name: str, analysis: str) -> bytes:
    """Put a table beside an image, with the two columns that the shared file has before all others."""
    head, *lines = (small / f"{name}.csv").read_bytes().splitlines(keepends=True)
    raw = b"".join([b"channel,roi_id," + head, *(b"0,1," + line for line in lines)])
    image.with_name(f"{image.name}.{analysis}.csv").write_bytes(raw)
    return raw


def saved_with_a_note(image: Path) -> dict[str, Any]:
    """Open, change the note, save, and return what the sidecar holds then."""
    acq = cs.open(image)
    assert (acq.save_state, acq.damage) == ("saved", "")
    acq.update_experiment(note="changed")
    acq.save()
    assert cs.open(image).snapshot == acq.snapshot
    found: dict[str, Any] = json.loads(image.with_name(f"{image.name}.json").read_bytes())
    return found


def test_every_small_file_is_read_here_or_holds_no_saved_state(small: Path) -> None:
    used = {f"{name}{end}" for name in NAMES for end in (".json", ".csv")}
    used |= {f"{name}.json" for name in (*HEART_RATES, WINDOWS, AUTO_EVENTS)}
    assert {path.name for path in small.iterdir()} == used | NO_SAVED_FILES


@pytest.mark.plants_files("experiment", "header")
@pytest.mark.parametrize("name", NAMES)
def test_a_result_of_every_variant_comes_back_and_its_table_keeps_every_byte(
    small: Path, tmp_path: Path, name: str
) -> None:
    stem = name.split(".", maxsplit=1)[0]
    analysis = next(found for group, found in ANALYSES.items() if name.startswith(group))
    said = json.loads((small / f"{name}.json").read_bytes())
    image = placed(small, tmp_path, stem, [record(analysis, 1, said)])
    raw = place_table(small, image, name, analysis)
    pixels, before = image.read_bytes(), json.loads(image.with_name(f"{image.name}.json").read_bytes())
    held = cs.open(image).record(analysis, roi_id=1)
    assert held is not None
    assert held.table is not None
    assert len(held.table) == raw.count(b"\n") - 1
    after = saved_with_a_note(image)
    assert after["analysis"] == before["analysis"]
    assert after["rois"] == before["rois"]
    assert {key: after["image_header_metadata"][key] for key in before["image_header_metadata"]} == before[
        "image_header_metadata"
    ]
    assert (after["experiment_metadata"]["note"], after["experiment_metadata"]["_is_dirty"]) == ("changed", False)
    assert image.with_name(f"{image.name}.{analysis}.csv").read_bytes() == raw
    assert image.read_bytes() == pixels


@pytest.mark.plants_files("experiment", "header")
@pytest.mark.parametrize("name", HEART_RATES)
def test_a_heart_rate_comes_back_as_it_was(small: Path, tmp_path: Path, name: str) -> None:
    parent, said = (json.loads((small / f"{one}.json").read_bytes()) for one in ("streaks_accel.radon_w16", name))
    records = [record("radon_velocity", 1, parent), record("heart_rate", 1, said)]
    image = placed(small, tmp_path, "streaks_accel", records)
    place_table(small, image, "streaks_accel.radon_w16", "radon_velocity")
    shown = cs.open(image).record("heart_rate", roi_id=1)
    assert shown is not None
    assert thaw(shown.summary) == said["summary"]
    assert saved_with_a_note(image)["analysis"] == records


@pytest.mark.plants_files("experiment", "header", "event values", "event table")  # statistics of another trace
def test_events_of_every_kind_of_window_come_back_as_they_were(small: Path, tmp_path: Path) -> None:
    parent = json.loads((small / "streaks_accel.radon_w16.json").read_bytes())
    windows = json.loads((small / f"{WINDOWS}.json").read_bytes())["summary"]
    events = [
        {
            **dict(zip(("x0", "x1"), map(float, name.split("|")[0].split("..")), strict=True)),
            **dict.fromkeys(("pre_win_stats", "event_stats", "post_win_stats"), statistics),
            "id": number,
            "event_type": "user",
            "duration": 0.0,
        }
        for number, (name, statistics) in enumerate(windows.items(), start=1)
    ]
    summary = {"version": 2, "parent_analysis_name": "radon_velocity", "events": events}
    said = {"summary": summary, "detection_params": {"pre_post_win_sec": 1.0}}
    records = [record("radon_velocity", 1, parent), record("event", 1, said)]
    image = placed(small, tmp_path, "streaks_accel", records)
    place_table(small, image, "streaks_accel.radon_w16", "radon_velocity")
    shown = cs.open(image).record("event", roi_id=1)
    assert shown is not None
    assert [(event.start_s, event.stop_s) for event in shown.events][1] == (1.0, 2.0)
    assert saved_with_a_note(image)["analysis"] == records


@pytest.mark.plants_files("experiment", "header", "record keys")
def test_an_analysis_that_nobody_here_knows_comes_back_as_it_was(small: Path, tmp_path: Path) -> None:
    said = json.loads((small / f"{AUTO_EVENTS}.json").read_bytes())
    records = [{**record("kymflow_events", 1, {**said, "detection_params": {"k": 4}}), "events": said["events"]}]
    image = placed(small, tmp_path, "streaks_accel", records)
    assert saved_with_a_note(image)["analysis"] == records
