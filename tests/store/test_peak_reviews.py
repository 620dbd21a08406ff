"""What a person says of peaks: one undoable step, kept in our own file, carried to a new run, merged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cloudscope_widgets as cs

ONSETS_S = [1.0, 2.5, 4.2]
PRESET: dict[str, Any] = {"preset": "medium", "window_radius_points": 10, "derivative_threshold_per_sec": 4.0}


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    made = cs.synthetic.calcium(3000, 12, onsets_s=ONSETS_S, snr_db=20)
    acq = cs.open(made.write(tmp_path / "cell.tif"))
    acq.add_rect(row_start=200)
    acq.analyze("sum_intensity", roi_id=1, **PRESET)
    return acq


def held(acq: cs.Acquisition) -> Any:  # noqa: ANN401  (a record)
    return acq.record("sum_intensity", roi_id=1)


def said(acq: cs.Acquisition) -> list[tuple[int, str, str]]:
    rows = held(acq).peaks
    return list(rows[["peak_id", "review", "note"]].itertuples(index=False, name=None))


def own_file(acq: cs.Acquisition) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((acq.path.parent / "cell.tif.widgets.json").read_text(encoding="utf-8"))
    return found


def test_the_table_of_peaks_counts_in_the_rows_and_seconds_of_the_image(acq: cs.Acquisition) -> None:
    peaks = held(acq).peaks
    np.testing.assert_allclose(peaks["onset_s"], ONSETS_S, atol=0.02)
    np.testing.assert_allclose(peaks["onset_row"] * 0.002, peaks["onset_s"])
    np.testing.assert_allclose(peaks["amplitude"], 0.5, rtol=0.1)
    assert {"auc", "rise_10_90_sec", "width_50_s", "width_90_s", "onset_to_onset_interval_sec"} <= set(peaks.columns)
    assert np.isnan(peaks["peak_to_peak_interval_sec"][0])
    assert set(peaks["review"]) == {"unreviewed"}


def test_a_review_is_one_step_that_can_be_undone_and_comes_back_from_the_files(acq: cs.Acquisition) -> None:
    acq.save()
    acq.update_peak(2, roi_id=1, review="rejected")
    acq.update_peak(2, roi_id=1, note="moved")
    acq.update_peak(3, roi_id=1, review="accepted")
    assert said(acq) == [(1, "unreviewed", ""), (2, "rejected", "moved"), (3, "accepted", "")]
    acq.undo()
    assert said(acq)[2] == (3, "unreviewed", "")
    before = {path.name: path.read_bytes() for path in acq.path.parent.glob("cell.tif*")}
    acq.save()
    changed = {name for name, raw in before.items() if (acq.path.parent / name).read_bytes() != raw}
    assert changed | {"cell.tif.widgets.json"} == {"cell.tif.widgets.json"}
    index = held(acq).summary["peak_events"][1]["peak"]["index"]
    place = {"channel": 0, "roi_id": 1, "peak_id": 2, "peak_index": index}
    assert own_file(acq)["peaks"] == [{**place, "review": "rejected", "note": "moved"}]
    again = cs.open(acq.path)
    assert again.snapshot == acq.snapshot
    assert said(again)[1] == (2, "rejected", "moved")
    again.update_peak(2, roi_id=1, review="unreviewed", note="")
    again.save()
    assert not cs.open(acq.path).dirty
    assert "rejected" not in json.dumps(said(cs.open(acq.path)))


def test_what_is_said_twice_is_no_edit(acq: cs.Acquisition) -> None:
    acq.update_peak(1, roi_id=1, review="accepted")
    acq.save()
    acq.update_peak(1, roi_id=1, review="accepted")
    assert not acq.dirty


def test_a_new_run_keeps_what_was_said_of_peaks_on_the_same_line(acq: cs.Acquisition) -> None:
    acq.update_peak(3, roi_id=1, review="accepted", note="clear")
    acq.analyze("sum_intensity", roi_id=1, **{**PRESET, "width_search_window_ms": 300.0})
    assert said(acq)[2] == (3, "accepted", "clear")
    acq.update_roi(1, row_start=800)  # the first peak is outside, and lines count from elsewhere
    acq.analyze("sum_intensity", roi_id=1, **PRESET)
    assert {review for _, review, _ in said(acq)} == {"unreviewed"}


def test_reviews_of_peaks_that_another_program_has_measured_otherwise_are_not_shown(acq: cs.Acquisition) -> None:
    acq.update_peak(3, roi_id=1, review="accepted")
    acq.save()
    path = acq.path.parent / "cell.tif.widgets.json"
    document = own_file(acq)
    document["peaks"][0]["peak_index"] += 1
    path.write_text(json.dumps(document), encoding="utf-8")
    again = cs.open(acq.path)
    assert {review for _, review, _ in said(again)} == {"unreviewed"}
    again.update_experiment(note="changed")
    again.save()  # leaves the format in order


def test_reviews_made_here_and_elsewhere_are_brought_together(acq: cs.Acquisition) -> None:
    acq.save()
    other = cs.open(acq.path)
    other.update_peak(1, roi_id=1, review="rejected")
    other.update_peak(2, roi_id=1, review="rejected")
    other.save()
    acq.update_peak(2, roi_id=1, review="accepted")
    acq.update_peak(3, roi_id=1, review="accepted")
    acq.save()
    assert [review for _, review, _ in said(cs.open(acq.path))] == ["rejected", "accepted", "accepted"]
    assert len(acq.rois) == 1


@pytest.mark.plants_files("own peaks")
def test_unknown_keys_of_a_review_are_kept(acq: cs.Acquisition) -> None:
    acq.update_peak(3, roi_id=1, review="accepted")
    acq.save()
    path = acq.path.parent / "cell.tif.widgets.json"
    document = own_file(acq)
    document["peaks"][0]["by"] = "somebody"
    path.write_text(json.dumps(document), encoding="utf-8")
    again = cs.open(acq.path)
    again.update_peak(3, roi_id=1, note="seen")
    again.save()
    item = own_file(acq)["peaks"][0]
    assert (item["by"], item["note"]) == ("somebody", "seen")


@pytest.mark.parametrize(
    ("peak_id", "changes", "error", "words"),
    [
        (9, {"review": "accepted"}, KeyError, "there is no peak 9 in ROI 1; its peaks: 1 to 3"),
        (1, {"review": "good"}, ValueError, "must be one of unreviewed, accepted, rejected"),
        (1, {"amplitude": 2}, TypeError, "'amplitude' of a peak cannot be changed"),
        (1, {"note": 3}, ValueError, "note of a peak must be text"),
    ],
)
def test_what_cannot_be_said_of_a_peak_is_refused(
    acq: cs.Acquisition, peak_id: int, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    before = acq.snapshot
    with pytest.raises(error, match=words):
        acq.update_peak(peak_id, roi_id=1, **changes)
    assert acq.snapshot == before


def test_without_an_intensity_there_is_no_peak_to_review(acq: cs.Acquisition) -> None:
    acq.add_rect()
    with pytest.raises(cs.AnalysisError, match="Run intensity before reviewing its peaks"):
        acq.update_peak(1, roi_id=2, review="accepted")


def test_peaks_of_cloudscope_are_shown_and_reviewed_and_its_files_stay(golden: Path) -> None:
    image = golden / "Capillary1_0001.tif"
    sidecar = image.with_name(f"{image.name}.json")
    acq = cs.open(image)
    peaks = acq.record("sum_intensity", roi_id=4).peaks  # type: ignore[union-attr]  # it is there
    assert peaks is not None
    assert (len(peaks), peaks["onset_row"][1]) == (473, 29)
    before = json.loads(sidecar.read_bytes().replace(b"NaN", b"null"))["analysis"]
    acq.update_peak(473, roi_id=4, review="rejected")
    acq.save()
    assert json.loads(sidecar.read_bytes())["analysis"] == before
    document = json.loads(image.with_name(f"{image.name}.widgets.json").read_text(encoding="utf-8"))
    assert [(item["roi_id"], item["peak_id"], item["review"]) for item in document["peaks"]] == [(4, 473, "rejected")]


def test_the_background_region_makes_a_result_stale_when_it_is_moved_or_deleted(acq: cs.Acquisition) -> None:
    acq.add_rect(col_stop=2)
    found = acq.analyze("sum_intensity", roi_id=1, background="ROI 2")
    assert found.stale_reasons(acq) == ()
    acq.update_roi(2, col_stop=3)
    assert found.stale_reasons(acq) == ("ROI 2",)
    acq.undo()
    acq.delete_roi(2)
    assert found.stale_reasons(acq) == ("ROI 2",)
