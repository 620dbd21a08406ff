"""The form of an analysis: rows, refusals, the selected region, and runs on threads of their own."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pytest
import tifffile

from cloudscope_widgets.analysis import registry
from cloudscope_widgets.analysis.base import Result, Task, TaskAnalysis
from cloudscope_widgets.core.errors import Cancelled
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.kinds import Kind
from cloudscope_widgets.core.params import Param
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.form_words import last_run_text, progress_text, stale_text
from cloudscope_widgets.widgets.analysis.param_form import ParamForm
from cloudscope_widgets.widgets.analysis.param_rows import is_made_with, param_row, stored_values, taken
from cloudscope_widgets.widgets.kit.actions import actions_of
from cloudscope_widgets.widgets.kit.number_text import number_text, share_text, short_number_text, wait_text
from tests.widgets.fake_page import FakePage

WAIT_S = 10


class Gate(TaskAnalysis):
    """An analysis that goes on when a test lets it."""

    kind: ClassVar[Kind] = Kind("gate", "Gate")
    version: ClassVar[int] = 1
    params: ClassVar[tuple[Param, ...]] = (
        Param("window", 64, "Window", unit="lines", choices=(16, 64)),
        Param("method", "plain", "Method", choices=("plain",)),
        Param("threshold", 0.5, "Threshold", unit="mm/s", minimum=0, maximum=9),
        Param("is_quick", default=False, label="Quick"),
    )

    def __init__(self) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()
        self.error: Exception | None = None

    def run(self, task: Task) -> Result:
        """Wait for the test."""
        task.progress(0.5, "Measuring")
        self.has_begun.set()
        while not self.may_end.wait(0.005):
            if task.is_cancelled():
                raise Cancelled("stopped")
        if self.error is not None:
            raise self.error
        return Result(summary={"threshold": task.params["threshold"]})


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    analysis = Gate()
    monkeypatch.setattr(registry, "BUILT_IN", MappingProxyType({"gate": analysis}))
    yield analysis
    analysis.may_end.set()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    for name in ("a.tif", "b.tif"):
        tifffile.imwrite(tmp_path / name, np.zeros((100, 20), np.uint16))
    found = Session(tmp_path)
    found.wait_for_scan(WAIT_S)
    found.select("a.tif")
    return found


@pytest.fixture
def form(session: Session, gate: Gate) -> Iterator[ParamForm]:
    made = ParamForm(session, gate.kind.name)
    yield made
    gate.may_end.set()
    made.wait(WAIT_S)
    made.close()


@pytest.fixture
def page(form: ParamForm) -> FakePage:
    return FakePage(form)


def add_roi(session: Session, name: str = "vessel") -> int:
    assert session.acquisition is not None
    roi_id = session.acquisition.add_rect(name=name).roi_id
    session.selection.roi_id = roi_id
    return roi_id


def values(form: ParamForm) -> dict[str, object]:
    return {row["name"]: row["value"] for row in form.rows}


# ------------------------------------------------------------ words and rows
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (number_text(1855, 0), "1\u2009855"),
        (number_text(-0.13702, 3), "\u22120.137"),
        (number_text(-0.0001, 3), "0.000"),
        (number_text(None, 1), "\u2013"),
        (number_text(float("nan"), 1), "\u2013"),
        (share_text(0.9909), "99.1\u00a0%"),
        (share_text(None), "\u2013"),
        (short_number_text(0.25), "0.25"),
        (short_number_text(-3.0), "\u22123"),
        (wait_text(0.2), "1 s"),
        (wait_text(80), "1 min 20 s"),
        (wait_text(120), "2 min"),
        (progress_text(0.62, 30000, 1.0), "18\u2009600 of 30\u2009000 lines · 1 s left"),
        (progress_text(0, 30000, 1.0), "0 of 30\u2009000 lines"),
        (stale_text(["the region"]), "The region was changed after this result."),
        (stale_text(["the region", "the image"]), "The region and the image were changed after this result."),
    ],
)
def test_numbers_and_sentences_are_written_as_the_guide_says(text: str, expected: str) -> None:
    assert text == expected


def test_the_last_run_names_the_day_only_when_it_was_another_one() -> None:
    summary = FrozenDict({"analysis_date": "221102", "analysis_time": "12:38:01.500"})
    ours = FrozenDict({"method": {}})
    record = Record("gate", 0, 1, summary=summary, provenance=ours)
    then, later = date(2022, 11, 2), date(2022, 11, 3)
    assert last_run_text(record, seconds=0.94, is_same=True, today=then) == "Last run 12:38, 0.9 s, with these settings"
    assert last_run_text(record, seconds=None, is_same=False, today=later) == (
        "Last run 2022-11-02 12:38, with other settings"
    )
    undated = Record("gate", 0, 1, provenance=ours)
    assert "unknown time" in last_run_text(undated, seconds=None, is_same=True, today=then)


def test_of_a_result_of_another_program_no_settings_are_said_to_be_known() -> None:
    summary = FrozenDict({"analysis_date": "221102", "analysis_time": "12:38:01.500"})
    for params in ({}, {"window": 64}):
        record = Record("gate", 0, 1, summary=summary, params=FrozenDict(params))
        for is_same in (True, False):
            assert last_run_text(record, seconds=None, is_same=is_same, today=date(2022, 11, 3)) == (
                "Made by another program 2022-11-02 12:38; its settings are not known"
            )


def test_velocities_that_cloudscope_saved_as_reciprocals_are_said_to_stay_on_disk(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "golden"
    shutil.copytree(shared_data / "golden" / "capillary1", folder)
    session = Session(folder)
    session.select("Capillary1_0001.tif")
    form = ParamForm(session, "radon_velocity")
    assert form.banner is not None
    assert form.banner["text"].endswith("the saved numbers stay until velocity is run again.")
    assert form.run_state["last"].startswith("Made by another program ")


def test_each_kind_of_parameter_has_its_row() -> None:
    rows = [param_row(param, param.default, refused=None, notes=[]) for param in Gate.params]
    assert [row["kind"] for row in rows] == ["choice", "fixed", "number", "flag"]
    assert [row["text"] for row in rows] == ["64 lines", "Plain", "0.5", "False"]
    assert rows[0]["choices"][0] == {"value": 16, "label": "16 lines"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("2,5", "Not a number. Write 2.5."),
        ("fast", "Not a number."),
        ("", "Write a number."),
        (10.0, "Threshold must be at most 9, got 10."),
        (True, "Threshold must be a number, got True."),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(said: object, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        taken(Gate.params[2], said)


def test_values_of_a_result_begin_with_what_it_tells_and_fits() -> None:
    stored = {"window": 100, "threshold": 2, "unknown": 1}
    assert stored_values(Gate.params, stored) == {"window": 64, "method": "plain", "threshold": 2.0, "is_quick": False}
    assert not is_made_with(stored, stored_values(Gate.params, stored), Gate.params)


# ------------------------------------------------------------ the form
def test_a_wrong_value_is_said_beneath_and_the_old_one_stays_in_force(
    session: Session, form: ParamForm, page: FakePage
) -> None:
    add_roi(session)
    assert page.command("param.set", name="threshold", value="2,5")["kind"] == "done"
    row = form.rows[2]
    assert (row["value"], row["text"], row["wrong"]) == (0.5, "2,5", "Not a number. Write 2.5.")
    assert not form.run_state["is_enabled"]
    page.command("run")
    assert (form.is_running, form.message["kind"]) == (False, "error")
    page.command("param.set", name="threshold", value=2.5)
    assert (values(form)["threshold"], form.rows[2]["wrong"], form.run_state["is_enabled"]) == (2.5, "", True)
    page.command("param.defaults")
    assert values(form)["threshold"] == 0.5


def test_an_unknown_parameter_is_refused(form: ParamForm, page: FakePage) -> None:
    assert "no parameter 'path'" in page.command("param.set", name="path", value="/etc")["reason"]
    assert page.command("param.set", name="threshold", value=[1])["kind"] == "refused"
    assert values(form)["threshold"] == 0.5


def test_the_region_is_selected_both_ways(session: Session, form: ParamForm, page: FakePage) -> None:
    first, second = add_roi(session), add_roi(session, "")
    assert form.rois == [{"roi_id": first, "label": "1 · vessel"}, {"roi_id": second, "label": "2"}]
    assert form.roi_id == second
    page.command("roi.select", roi_id=first)
    assert (session.selection.roi_id, form.roi_id) == (first, first)
    session.selection.roi_id = second
    assert form.roi_id == second
    assert page.command("roi.select", roi_id=99)["kind"] == "refused"
    assert session.acquisition is not None
    line = session.acquisition.add_line(row0=0, col0=0, row1=9, col1=9)
    assert page.command("roi.select", roi_id=line.roi_id)["reason"] == f"ROI {line.roi_id} is no rectangle."
    session.selection.roi_id = line.roi_id
    assert (form.roi_id, "is a line" in form.run_state["hint"]) == (None, True)


def test_without_a_region_the_run_says_what_to_do(session: Session, form: ParamForm, page: FakePage) -> None:
    assert form.run_state["offers_whole"]
    actions_of(session).run("run")
    assert form.message["text"] == "Draw a ROI first, or press W for the whole image."
    page.command("roi.whole")
    assert session.selection.roi_id == form.roi_id == 1
    assert (form.run_state["offers_whole"], form.run_state["is_first"]) == (False, True)


def test_values_begin_with_those_of_the_stored_result(session: Session, gate: Gate, form: ParamForm) -> None:
    gate.may_end.set()
    measured, other = add_roi(session), add_roi(session, "other")
    assert session.acquisition is not None
    session.acquisition.analyze("gate", roi_id=measured, threshold=3)
    assert values(form)["threshold"] == 0.5
    session.selection.roi_id = measured
    assert (values(form)["threshold"], form.run_state["last"][-19:]) == (3.0, "with these settings")
    session.selection.roi_id = other
    assert values(form)["threshold"] == 0.5


def test_a_stale_result_is_said_with_what_has_changed(session: Session, gate: Gate, form: ParamForm) -> None:
    gate.may_end.set()
    roi_id = add_roi(session)
    assert session.acquisition is not None
    session.acquisition.analyze("gate", roi_id=roi_id)
    assert form.banner is None
    session.acquisition.update_roi(roi_id, col_start=3)
    assert form.banner == {
        "kind": "stale",
        "title": "Stale.",
        "text": "The region was changed after this result.",
    }


# ------------------------------------------------------------ runs
def test_a_run_stores_its_result_as_one_step(session: Session, gate: Gate, form: ParamForm, page: FakePage) -> None:
    add_roi(session)
    page.command("param.set", name="threshold", value=4)
    page.command("run")
    assert gate.has_begun.wait(WAIT_S)
    assert form.progress is not None
    assert (form.progress["words"], form.progress["fraction"]) == ("Measuring", 0.5)
    assert form.progress["detail"].startswith("50 of 100 lines")
    gate.may_end.set()
    form.wait(WAIT_S)
    acquisition = session.acquisition
    assert acquisition is not None
    record = acquisition.record("gate", roi_id=1)
    assert record is not None
    assert (record.params["threshold"], form.progress, form.run_state["is_first"]) == (4.0, None, False)
    assert form.message["text"] == "Gate of ROI 1 vessel was measured."
    acquisition.undo()
    assert (acquisition.record("gate", roi_id=1), len(acquisition.rois)) == (None, 1)


def test_the_whole_image_is_marked_and_measured_as_one_step(
    session: Session, gate: Gate, form: ParamForm, page: FakePage
) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    page.command("run.whole")
    assert gate.has_begun.wait(WAIT_S)
    assert (len(acquisition.rois), form.progress is not None) == (0, True)
    for kind in ("run", "run.whole"):
        assert "being measured already" in page.command(kind)["reason"]
    page.command("param.set", name="threshold", value=4)
    gate.may_end.set()
    form.wait(WAIT_S)
    assert acquisition.record("gate", roi_id=1) is not None
    assert (session.selection.roi_id, acquisition.rois[0].bounds) == (1, (0, 100, 0, 20))
    assert (form.message["text"], values(form)["threshold"]) == ("Gate of ROI 1 was measured.", 4.0)
    assert acquisition.undo_name == "Run gate on the whole image"
    acquisition.undo()
    assert (len(acquisition.rois), acquisition.can_undo) == (0, False)


@pytest.mark.parametrize("end", ["error", "cancel", "turned"])
def test_a_run_on_the_whole_image_that_fails_leaves_nothing(
    session: Session, gate: Gate, form: ParamForm, page: FakePage, end: str
) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    acquisition.update_experiment(species="mouse")
    acquisition.undo()
    page.command("run.whole")
    assert gate.has_begun.wait(WAIT_S)
    if end == "error":
        gate.error = ValueError("100 lines are too few")
    elif end == "turned":
        acquisition.set_layout("turned")
        acquisition.undo()
        acquisition.set_layout("turned")
    if end == "cancel":
        page.command("run.cancel")
    else:
        gate.may_end.set()
    form.wait(WAIT_S)
    assert (len(acquisition.rois), len(acquisition.records), session.selection.roi_id) == (0, 0, None)
    said = {
        "error": "Gate failed on the whole image: 100 lines are too few.",
        "cancel": "Gate of the whole image was cancelled. Nothing was changed.",
        "turned": "The image was shown in another layout while gate ran. Nothing was stored.",
    }
    assert (form.message["text"], form.progress) == (said[end], None)
    assert end == "turned" or (acquisition.can_undo, acquisition.redo_name) == (False, "Change species")


def test_a_run_on_the_whole_image_takes_no_selection_away(
    session: Session, gate: Gate, form: ParamForm, page: FakePage
) -> None:
    page.command("run.whole")
    assert gate.has_begun.wait(WAIT_S)
    drawn = add_roi(session)
    gate.may_end.set()
    form.wait(WAIT_S)
    assert session.acquisition is not None
    assert session.acquisition.record("gate", roi_id=drawn + 1) is not None
    assert session.selection.roi_id == drawn


def test_escape_finds_and_stops_what_runs_in_the_open_file_wherever_it_was_started(
    session: Session, gate: Gate, form: ParamForm, page: FakePage
) -> None:
    other = ParamForm(session, gate.kind.name)
    add_roi(session)
    page.command("run")
    assert gate.has_begun.wait(WAIT_S)
    session.selection.roi_id = add_roi(session)
    assert (form.progress, form.has_runs, other.has_runs) == (None, True, True)
    session.select("b.tif")
    assert not other.has_runs
    FakePage(other).command("run.cancel_all")
    assert form.is_running
    session.select("a.tif")
    FakePage(other).command("run.cancel_all")
    form.wait(WAIT_S)
    assert (form.has_runs, other.has_runs) == (False, False)
    assert form.message["text"].endswith("was cancelled. Nothing was changed.")
    other.close()


def test_a_run_that_is_cancelled_before_it_has_a_thread_does_not_go_on(
    session: Session, form: ParamForm, page: FakePage
) -> None:
    add_roi(session)
    form.observe(lambda change: form.cancel() if change["new"] else None, "progress")
    page.command("run")
    form.wait(WAIT_S)
    assert form.message["text"].endswith("was cancelled. Nothing was changed.")


def test_cancel_keeps_the_old_result(session: Session, gate: Gate, form: ParamForm, page: FakePage) -> None:
    roi_id = add_roi(session)
    gate.may_end.set()
    assert session.acquisition is not None
    old = session.acquisition.analyze("gate", roi_id=roi_id)
    gate.may_end.clear()
    page.command("run")
    assert gate.has_begun.wait(WAIT_S)
    page.command("run.cancel")
    form.wait(0.5)
    assert session.acquisition.record("gate", roi_id=roi_id) == old
    assert (form.progress, form.message["text"]) == (None, "Gate of ROI 1 vessel was cancelled. Nothing was changed.")


def test_two_runs_at_the_same_place_are_refused_whoever_asks(
    session: Session, gate: Gate, form: ParamForm, page: FakePage
) -> None:
    add_roi(session)
    other = ParamForm(session, "gate")
    page.command("run")
    assert gate.has_begun.wait(WAIT_S)
    assert "ROI 1 is being measured already" in page.command("run")["reason"]
    assert "ROI 1 is being measured already" in FakePage(other).command("run")["reason"]
    gate.may_end.set()
    form.wait(WAIT_S)
    page.command("run")
    form.wait(WAIT_S)
    assert form.message["kind"] == "info"


def test_a_result_belongs_to_the_recording_in_which_its_run_began(
    session: Session, gate: Gate, form: ParamForm, page: FakePage
) -> None:
    add_roi(session)
    first = session.acquisition
    assert first is not None
    page.command("run")
    assert gate.has_begun.wait(WAIT_S)
    second = session.select("b.tif")
    assert form.progress is None
    session.select("a.tif")
    session.selection.roi_id = 1
    assert form.progress is not None
    session.select("b.tif")
    gate.may_end.set()
    form.wait(WAIT_S)
    assert (len(first.records), len(second.records)) == (1, 0)
    assert form.message["text"] == "Gate of ROI 1 vessel in a.tif was measured."
    session.select("a.tif")
    assert form.message["text"] == "Gate of ROI 1 vessel in a.tif was measured."
    session.select("b.tif")
    assert form.message["text"] == ""


def test_a_run_that_fails_in_another_recording_names_it(
    session: Session, gate: Gate, form: ParamForm, page: FakePage
) -> None:
    add_roi(session)
    page.command("run")
    assert gate.has_begun.wait(WAIT_S)
    session.select("b.tif")
    gate.error = ValueError("nothing moves")
    gate.may_end.set()
    form.wait(WAIT_S)
    assert form.message["text"] == "a.tif: Gate failed on ROI 1: nothing moves."


def test_an_error_is_told_in_its_own_words(session: Session, gate: Gate, form: ParamForm, page: FakePage) -> None:
    add_roi(session)
    gate.error = ValueError("12 lines are fewer than one window of 64")
    gate.may_end.set()
    page.command("run")
    form.wait(WAIT_S)
    assert form.message == {
        "kind": "error",
        "text": "Gate failed on ROI 1: 12 lines are fewer than one window of 64.",
        "detail": "",
    }
    assert form.progress is None


def test_a_closed_form_stops_its_run_and_says_no_more(session: Session, gate: Gate, form: ParamForm) -> None:
    add_roi(session)
    form.run()
    assert gate.has_begun.wait(WAIT_S)
    form.close()
    form.wait(0.5)
    assert session.acquisition is not None
    assert (len(session.acquisition.records), form.message["text"], form.is_running) == (0, "", False)
    actions_of(session).run("run")
    assert not form.is_running
