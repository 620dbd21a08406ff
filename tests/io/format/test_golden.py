"""Files that CloudScope really wrote: nothing is lost, and its reciprocal velocities are put right in memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.frozen import thaw
from cloudscope_widgets.io.catalog.summary import read_facts

IMAGE = "Capillary1_0001.tif"


def document(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / f"{IMAGE}.json").read_text(encoding="utf-8"), parse_constant=lambda _name: None)
    assert isinstance(found, dict)
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def changed_files(before: dict[str, bytes], folder: Path) -> set[str]:
    after = contents(folder)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@pytest.fixture
def light(golden: Path) -> Path:
    """The same without its two largest results, for what does not depend on them."""
    found = document(golden)
    found["analysis"] = [record for record in found["analysis"] if record["analysis_name"] != "sum_intensity"]
    (golden / f"{IMAGE}.json").write_text(json.dumps(found, indent=2, sort_keys=True), encoding="utf-8")
    (golden / f"{IMAGE}.sum_intensity.csv").unlink()
    return golden


def test_a_changed_note_changes_nothing_else(golden: Path) -> None:
    before, expected = contents(golden), document(golden)
    acq = cs.open(golden / IMAGE)
    acq.update_experiment(note="changed")
    acq.save()
    expected["experiment_metadata"]["note"] = "changed"
    assert document(golden) == expected
    assert changed_files(before, golden) == {f"{IMAGE}.json", f"{IMAGE}.widgets.json"}
    own = json.loads((golden / f"{IMAGE}.widgets.json").read_text())
    assert own.keys() == {"version", "measured"}
    assert {item["image"]["fingerprint"] for item in own["measured"]} == {acq.fingerprint}
    assert len(own["measured"]) == len(expected["analysis"])


def test_opening_shows_everything_that_was_saved(golden: Path) -> None:
    acq = cs.open(golden / IMAGE)
    assert (acq.review, acq.accepted, acq.dirty) == ("rejected", False, False)
    assert [record.key for record in acq.records] == [
        *(("radon_velocity", 0, 1), ("diameter", 0, 2), ("diameter", 0, 3), ("sum_intensity", 0, 4)),
        *(("sum_intensity", 0, 1), ("heart_rate", 0, 1), ("event", 0, 1)),
    ]
    assert (acq.rois.by_id(5).bounds, acq.rois.by_id(5).note) == ((10, 3, 900, 30), "golden line ROI")
    assert (acq.experiment.depth, acq.experiment.branch_order) == (75.5, 2)
    assert (acq.contrast[0].color_lut, acq.contrast[0].value_max) == ("Viridis", 1500)
    rows = [None if record.table is None else len(record.table) for record in acq.records]
    assert rows == [1872, 5000, 5000, 10000, 30000, None, None]


def test_reciprocal_velocities_are_put_right_in_memory_and_the_user_is_told(golden: Path) -> None:
    acq = cs.open(golden / IMAGE)
    record = acq.record("radon_velocity", roi_id=1)
    assert record is not None
    table = record.table
    assert table is not None
    scale = 0.284 / (35.099 / 30000)
    expected = scale * np.tan(np.deg2rad(table["theta_deg"].to_numpy()))
    np.testing.assert_allclose(table["velocity"], expected, atol=1e-9)
    assert (table["velocity"] == 0).sum() == 784
    assert record.summary["velocity_median"] == pytest.approx(float(np.median(expected)))
    assert [notice for notice in acq.notices if "reciprocals" in notice]


def test_statistics_of_events_are_those_of_the_velocity_put_right(golden: Path) -> None:
    record = cs.open(golden / IMAGE).record("event", roi_id=1)
    assert record is not None
    assert [(event.start_s, event.stop_s, event.kind) for event in record.events] == [
        *((2.0, 3.0, "user"), (10.0, 12.5, "fall"), (20.0, 20.5, "transient"), (100.0, 101.0, "rise")),
    ]
    assert record.events[0].statistics["event_stats"]["mean"] == pytest.approx(-779.7566732884655)
    assert record.events[3].statistics["event_stats"]["n"] == 0


def test_heart_rate_from_a_velocity_put_right_is_stale(golden: Path) -> None:
    acq = cs.open(golden / IMAGE)
    heart_rate, events = (acq.record(name, roi_id=1) for name in ("heart_rate", "event"))
    assert heart_rate is not None
    assert events is not None
    assert heart_rate.stale_reasons(acq) == ("the velocity",)
    assert not events.is_stale(acq)


def test_a_changed_event_is_measured_and_the_others_are_written_as_they_were(light: Path) -> None:
    before, old = contents(light), document(light)["analysis"][-1]["summary"]["events"]
    acq = cs.open(light / IMAGE)
    acq.update_event(1, roi_id=1, stop_s=3.5)
    acq.update_event(2, roi_id=1, note="seen twice")
    acq.save()
    new = document(light)["analysis"][-1]["summary"]["events"]
    assert new[1:] == old[1:]
    assert (new[0]["x1"], new[0]["duration"], new[0]["event_stats"]["n"]) == (3.5, 1.5, 80)
    assert changed_files(before, light) == {f"{IMAGE}.json", f"{IMAGE}.widgets.json"}
    again = cs.open(light / IMAGE)
    assert again.snapshot.records == acq.snapshot.records


def test_a_new_run_writes_right_numbers_and_only_its_own_table(light: Path) -> None:
    before = contents(light)
    acq = cs.open(light / IMAGE)
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    assert changed_files(before, light) == {
        *(f"{IMAGE}.json", f"{IMAGE}.widgets.json", f"{IMAGE}.radon_velocity.csv"),
    }
    again = cs.open(light / IMAGE)
    assert again.notices == ()
    record, heart_rate = (again.record(name, roi_id=1) for name in ("radon_velocity", "heart_rate"))
    assert record is not None
    assert heart_rate is not None
    assert -1300 < record.summary["velocity_median"] < -1000
    assert heart_rate.stale_reasons(again) == ("the velocity",)
    events = document(light)["analysis"][-1]["summary"]["events"]
    assert events[0]["event_stats"]["mean"] == pytest.approx(-1195, abs=30)


def test_deleting_a_region_takes_its_results_out_of_all_files(light: Path) -> None:
    table = (light / f"{IMAGE}.diameter.csv").read_bytes()
    acq = cs.open(light / IMAGE)
    acq.delete_roi(2)
    acq.delete_roi(3)
    acq.save()
    assert not (light / f"{IMAGE}.diameter.csv").exists()
    assert [record["analysis_name"] for record in document(light)["analysis"]] == [
        *("radon_velocity", "heart_rate", "event"),
    ]
    kept = [path for path in (light / ".cloudscope" / "backups").iterdir() if ".diameter.csv." in path.name]
    assert [path.read_bytes() for path in kept] == [table]


def test_deleting_one_of_two_results_keeps_the_lines_of_the_other(light: Path) -> None:
    path = light / f"{IMAGE}.diameter.csv"
    kept = [line for line in path.read_bytes().splitlines(keepends=True) if not line.startswith(b"0,2,")]
    acq = cs.open(light / IMAGE)
    acq.delete_record("diameter", roi_id=2)
    acq.save()
    assert path.read_bytes() == b"".join(kept)


@pytest.mark.plants_files("top", "experiment", "header", "roi keys", "record keys", "event keys", "contrast")
@pytest.mark.parametrize(
    ("where", "key"),
    [((), "lab"), (("experiment_metadata",), "_is_dirty"), (("rois", 0), "color"), (("rois", 0, "data"), "z"),
     (("analysis", 1), "by"), (("analysis", 1, "summary"), "n"), (("analysis", 4, "summary", "events", 0), "who"),
     (("image_contrast", "0"), "mode"), (("image_header_metadata",), "scope")],
)  # fmt: skip
def test_keys_this_program_does_not_know_are_written_back(light: Path, where: tuple[Any, ...], key: str) -> None:
    changed = document(light)
    place: Any = changed
    for step in where:
        place = place[step]
    place[key] = {"kept": [1, None, "µ"]}
    (light / f"{IMAGE}.json").write_text(json.dumps(changed), encoding="utf-8")
    acq = cs.open(light / IMAGE)
    acq.update_experiment(note="changed")
    acq.save()
    changed["experiment_metadata"]["note"] = "changed"
    assert document(light) == changed


@pytest.mark.plants_files
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda raw: raw[: len(raw) // 2], "cannot be read: line"),
        (lambda raw: raw.replace(b'"roi_id": 3,', b'"roi_id": 2,', 1), "cannot be read: analysis"),
        (lambda raw: raw.replace(b'"row_stop": 30000', b'"row_stop": "all"'), r"data\.row_stop must be a whole number"),
        (lambda raw: raw.replace(b'"depth": 75.5', b'"depth": "deep"'), "depth must be a number"),
    ],
)
def test_an_unreadable_sidecar_is_said_and_never_overwritten(light: Path, damage: Any, reason: str) -> None:  # noqa: ANN401  (a function of bytes)
    path = light / f"{IMAGE}.json"
    raw = damage(path.read_bytes())
    assert raw != path.read_bytes()
    path.write_bytes(raw)
    before = contents(light)
    acq = cs.open(light / IMAGE)
    assert (acq.save_state, len(acq.rois)) == ("blocked", 0)
    acq.add_rect()
    with pytest.raises(cs.SaveError, match=reason):
        acq.save()
    assert (changed_files(before, light), acq.dirty) == (set(), True)


@pytest.mark.plants_files("layout", "version")
def test_a_sidecar_of_a_newer_version_is_shown_as_far_as_it_is_understood_and_never_written(light: Path) -> None:
    path = light / f"{IMAGE}.json"
    path.write_bytes(path.read_bytes().replace(b'"version": 2\n}', b'"version": 3\n}'))
    before = contents(light)
    acq = cs.open(light / IMAGE)
    assert (acq.save_state, len(acq.rois), len(acq.records)) == ("blocked", 5, 5)
    assert "was written by a newer program (version 3, this one knows 2)" in acq.notices[0]
    acq.add_rect()
    with pytest.raises(cs.SaveError, match="Update cloudscope-widgets"):
        acq.save()
    assert (changed_files(before, light), acq.dirty) == (set(), True)


@pytest.mark.plants_files
def test_a_sidecar_of_a_newer_version_that_is_not_understood_gives_the_defaults(light: Path) -> None:
    path = light / f"{IMAGE}.json"
    path.write_text('{"version": 7, "rois": {"by": "name"}}')
    acq = cs.open(light / IMAGE)
    assert (acq.save_state, len(acq.rois), len(acq.notices)) == ("blocked", 0, 1)
    assert path.read_text() == '{"version": 7, "rois": {"by": "name"}}'


@pytest.mark.plants_files("summary")
def test_what_cloudscope_writes_carelessly_is_read(light: Path) -> None:
    path = light / f"{IMAGE}.json"
    careless = document(light)
    careless["experiment_metadata"] = None
    careless["analysis"][0]["summary"] = {"num_windows": 1872, "velocity_cv": float("nan")}
    del careless["image_contrast"]
    path.write_text("\ufeff" + json.dumps(careless), encoding="utf-8")
    acq = cs.open(light / IMAGE)
    record = acq.record("radon_velocity", roi_id=1)
    assert record is not None
    assert (acq.save_state, acq.experiment.species, len(acq.contrast)) == ("saved", "", 0)
    acq.accepted = True
    acq.save()
    assert document(light)["analysis"][0]["summary"] == {"num_windows": 1872, "velocity_cv": None}
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.plants_files("table rows")
def test_lines_of_a_table_without_a_result_are_kept(light: Path) -> None:
    path = light / f"{IMAGE}.radon_velocity.csv"
    orphan = b"0,9,0.032,32.0,21.25,642.8739334978832\n"
    path.write_bytes(path.read_bytes() + orphan)
    acq = cs.open(light / IMAGE)
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    assert path.read_bytes().endswith(orphan)


@pytest.mark.plants_files("table rows", "table hash", "event table")
def test_provenance_kept_by_cloudscope_does_not_vouch_for_a_table_it_made_anew(light: Path) -> None:
    acq = cs.open(light / IMAGE)
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    kept = document(light)
    table = light / f"{IMAGE}.radon_velocity.csv"
    lines = table.read_bytes().splitlines(keepends=True)
    scale = 0.284 / (35.099 / 30000)
    rerun = [
        f"0,1,{32 + 16 * k},{32.0 + 16 * k},{100 + k % 7},{scale / np.tan(np.deg2rad(100 + k % 7))}\n"
        for k in range(50)
    ]
    table.write_bytes(lines[0] + "".join(rerun).encode())
    again = cs.open(light / IMAGE)
    record = again.record("radon_velocity", roi_id=1)
    assert record is not None
    assert record.quality is not None
    assert record.quality["z"].isna().all()
    assert record.summary["velocity_median"] == pytest.approx(scale * np.tan(np.deg2rad(103)), rel=0.2)
    assert ("method" in record.params, "accepted_fraction" in record.summary) == (False, False)
    assert thaw(record.provenance) == {"corrected_reciprocal": True}
    assert record.methods_text().startswith("This result was made by another program, which did not save how.")
    assert document(light) == kept


def test_the_list_of_files_and_the_methods_text_tell_that_quality_is_not_known(golden: Path) -> None:
    facts = read_facts(golden / IMAGE)
    assert (facts.results, facts.unknown) == ("VDI", "V")
    record = cs.open(golden / IMAGE).record("radon_velocity", roi_id=1)
    assert record is not None
    assert "not known: none was judged, and 784 of 1872 (41.9%) stand at exactly 0." in record.methods_text()
