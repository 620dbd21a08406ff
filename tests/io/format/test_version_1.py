"""Files saved by version 0.1: read, saved and read again, nothing is lost or rewritten for its own sake."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.frozen import thaw

DATA = Path(__file__).resolve().parents[2] / "data" / "version_1"
FOLDERS = sorted(path.name for path in DATA.iterdir() if path.is_dir())
OLDER = (
    *("params", "ours", "own file", "own regions", "measured", "quality", "event table", "table hash"),
    *("top", "experiment", "header", "roi keys", "record keys", "event keys", "contrast", "layout", "other files"),
)
"""Rules that version 0.1 did not keep, and what the planted unknown keys break."""

pytestmark = pytest.mark.plants_files(*OLDER)


@pytest.fixture(params=FOLDERS)
def image(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Private copy of one recording."""
    return copied(request.param, tmp_path)


def copied(name: str, tmp_path: Path) -> Path:
    return shutil.copytree(DATA / name, tmp_path / name) / "cell.tif"


def as_read(image: Path) -> dict[str, Any]:
    """What version 0.1 read from these files."""
    found = json.loads((DATA / image.parent.name / "as_read.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def contents(image: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in image.parent.iterdir() if path.is_file()}


def shown(acq: cs.Acquisition) -> dict[str, Any]:
    """State in the words of ``as_read.json``."""
    now = acq.snapshot
    return {
        "rois": [[roi.roi_id, roi.name, roi.note, list(roi.bounds), roi.is_locked] for roi in now.rois],
        "review": now.review,
        "reviewed": thaw(now.reviewed),
        "contrast": {
            str(channel): {name: thaw(getattr(look, name)) for name in ("value_min", "value_max", "color_lut", "gamma")}
            for channel, look in now.contrast.items()
        },
        "experiment": {name: thaw(getattr(now.experiment, name)) for name in now.experiment.__slots__},
        "extra": {name: part for name, part in thaw(now.extra).items() if part},
        "calibration": {name: getattr(now.header.calibration, name) for name in now.header.calibration.__slots__},
        "records": [record_shown(record, acq) for record in now.records],
    }


def record_shown(record: cs.Record, acq: cs.Acquisition) -> dict[str, Any]:
    quality = record.quality
    return {
        "key": list(record.key),
        "params": thaw(record.params),
        "summary": thaw(record.summary),
        "provenance": thaw(record.provenance),
        "extra": thaw(record.extra),
        "stale": list(record.stale_reasons(acq)),
        "quality": None if quality is None else [int(quality["accepted"].sum()), int(quality["z"].notna().sum())],
        "events": [
            {
                **{name: getattr(event, name) for name in ("event_id", "kind", "review", "strength", "note", "source")},
                **{name: round(getattr(event, name), 9) for name in ("start_s", "stop_s")},
                "statistics": thaw(event.statistics),
                "extra": thaw(event.extra),
            }
            for event in record.events
        ],
    }


def expected(image: Path) -> dict[str, Any]:
    """The same as version 0.1 saw it."""
    found = as_read(image)
    own = image.with_name("cell.tif.widgets.json")
    if not own.exists() or "calibration" not in json.loads(own.read_bytes()):
        found["calibration"]["source"] = "saved"  # nobody knows who set it; it was called typed
    for look in found["contrast"].values():
        look.pop("extra")
    for record in found["records"]:
        for name in ("run_id", "methods_text"):
            record.pop(name)
        for event in record["events"]:
            event.update({name: round(event[name], 9) for name in ("start_s", "stop_s")})
    return found


def test_everything_is_read_as_it_was_read_before(image: Path) -> None:
    acq = cs.open(image)
    assert (acq.damage, acq.dirty) == ("", False)
    assert shown(acq) == expected(image)
    for record, known in zip(acq.records, as_read(image)["records"], strict=True):
        assert record.methods_text().startswith(known["methods_text"])


def test_a_save_of_something_else_loses_nothing_and_moves_no_result(image: Path) -> None:
    before, seen = contents(image), expected(image)
    acq = cs.open(image)
    acq.update_experiment(region="cortex")
    acq.save()
    seen["experiment"]["region"] = "cortex"
    again = cs.open(image)
    assert (again.damage, again.snapshot) == ("", acq.snapshot)
    assert shown(again) == seen
    after = contents(image)
    assert {name for name in before if before[name] != after[name]} <= {"cell.tif.json", "cell.tif.widgets.json"}
    old, new = (json.loads(files["cell.tif.json"]) for files in (before, after))
    for was, now in zip(old["analysis"], new["analysis"], strict=True):
        assert now["detection_params"] == was["detection_params"]
        if was["analysis_name"] != "event":
            assert now == was
    own = json.loads(after["cell.tif.widgets.json"])
    assert own["version"] == 2


@pytest.mark.parametrize("name", ["moved", "ours"])
def test_events_count_by_their_table_from_the_next_save_on(tmp_path: Path, name: str) -> None:
    image = copied(name, tmp_path)
    moved_lines = {"ours": 0, "moved": 300}[name]
    before = json.loads(image.with_name("cell.tif.json").read_bytes())
    acq = cs.open(image)
    acq.update_experiment(region="cortex")
    acq.save()
    after = json.loads(image.with_name("cell.tif.json").read_bytes())
    pairs = [
        (old, new)
        for was, now in zip(before["analysis"], after["analysis"], strict=True)
        if was["analysis_name"] == "event" and was["roi_id"] == 1
        for old, new in zip(was["summary"]["events"], now["summary"]["events"], strict=True)
    ]
    assert len(pairs) == 3
    for old, new in pairs:
        assert new["x0"] == pytest.approx(old["x0"] + moved_lines * 0.0012, abs=1e-9)
        assert new["event_stats"]["n"] == old["event_stats"]["n"] > 0
        assert new["event_stats"]["mean"] == pytest.approx(old["event_stats"]["mean"])
        assert new.get("lab_event") == old.get("lab_event")
    again = cs.open(image)
    again.update_experiment(region="pons")
    again.save()
    assert json.loads(image.with_name("cell.tif.json").read_bytes())["analysis"] == after["analysis"]


def test_a_result_moves_to_the_new_place_when_it_is_run_again(tmp_path: Path) -> None:
    image = copied("ours", tmp_path)
    acq = cs.open(image)
    acq.analyze("radon_velocity", roi_id=1, window_width=16)
    acq.save()
    records = json.loads(image.with_name("cell.tif.json").read_bytes())["analysis"]
    velocity, other = (found for found in records if found["analysis_name"] == "radon_velocity")
    assert set(velocity["detection_params"]) == {"window_width"}
    assert velocity["summary"]["cloudscope_widgets"]["params"] == {"method": "line_correlation"}
    assert "provenance" in velocity["summary"]["cloudscope_widgets"]
    assert "provenance" in other["detection_params"]  # not run again
    again = cs.open(image).record("radon_velocity", roi_id=1)
    assert again is not None
    assert again.params["method"] == "line_correlation"
    assert again.summary["accepted_fraction"] > 0
    assert "cloudscope_widgets" not in again.summary


def test_what_another_program_ran_again_in_place_is_not_called_ours(tmp_path: Path) -> None:
    """CloudScope keeps unknown parameters when it runs the analysis again, and drops unknown keys of the summary."""
    image = copied("ours", tmp_path)
    path, table = image.with_name("cell.tif.json"), image.with_name("cell.tif.radon_velocity.csv")
    document = json.loads(path.read_bytes())
    (velocity, *_) = document["analysis"]
    kept = ("analysis_date", "analysis_time", "analysis_version", "num_windows", "velocity_mean", "velocity_median")
    velocity["summary"] = {name: velocity["summary"][name] for name in (*kept, "velocity_cv")}
    path.write_text(json.dumps(document, indent=2, sort_keys=True), encoding="utf-8")
    lines = table.read_bytes().splitlines(keepends=True)
    lines = [line.replace(b",0.", b",1.", 1) if line.startswith(b"0,1,") else line for line in lines]
    table.write_bytes(b"".join(lines))
    again = cs.open(image)
    record = again.record("radon_velocity", roi_id=1)
    assert record is not None
    assert "another program" in record.methods_text()
    assert "method" not in record.params
    assert not record.provenance.get("run_id")
    assert record.quality is not None
    assert not record.quality["z"].notna().any()
    again.update_experiment(note="x")
    again.save()
    assert "another program" in cs.open(image).records[0].methods_text()
    assert json.loads(path.read_bytes())["analysis"][0] == velocity
