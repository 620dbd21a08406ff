"""The panel of the velocity on a recording with known flow: run, trace, quality, words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.analysis_panel import VelocityPanel
from cloudscope_widgets.widgets.analysis.velocity.words import VelocityWords, kept_text
from tests.widgets.fake_page import FakePage

WAIT_S = 30
PX_LINE = 1.37


def moving_streaks(lines: int = 1200, columns: int = 40) -> NDArray[np.uint16]:
    rng = np.random.default_rng(3)
    pattern = np.convolve(rng.normal(size=lines * 3), np.ones(5) / 5, "same")
    place = np.arange(columns)[None, :] - PX_LINE * np.arange(lines)[:, None] + 2 * lines
    image = np.interp(place, np.arange(len(pattern)), pattern) + rng.normal(scale=0.05, size=(lines, columns))
    counts: NDArray[np.uint16] = (2000 + 500 * image).astype(np.uint16)
    return counts


@pytest.fixture
def session(tmp_path: Path) -> Session:
    tifffile.imwrite(tmp_path / "flow.tif", moving_streaks())
    tifffile.imwrite(tmp_path / "other.tif", moving_streaks(200))
    found = Session(tmp_path)
    found.wait_for_scan(WAIT_S)
    found.select("flow.tif").update_calibration(seconds_per_line=0.001, um_per_pixel=0.25)
    return found


@pytest.fixture
def panel(session: Session) -> Iterator[VelocityPanel]:
    made = VelocityPanel(session)
    yield made
    made.close()


def run(panel: VelocityPanel) -> None:
    page = FakePage(panel.form)
    assert page.command("run")["kind"] == "done"
    panel.form.wait(WAIT_S)
    panel.trace.wait(WAIT_S)


def test_a_run_fills_trace_quality_and_message(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect(row_start=200, name="vessel").roi_id
    assert panel.form.run_state["label"] == "Run velocity"
    run(panel)
    numbers = panel.quality.numbers
    assert numbers is not None
    assert (numbers["unit"], numbers["direction"]) == ("mm/s", 1)
    assert numbers["median"] == pytest.approx(PX_LINE * 0.25, rel=0.02)  # the method's own tolerance on clean streaks
    kept = kept_text(numbers["kept"], numbers["windows"])
    assert panel.form.message["text"] == f"Velocity of ROI 1 vessel: {kept}."
    line = panel.trace.figure.marks[2]
    assert (panel.trace.frame.empty, len(line.x) > 50) == (None, True)
    assert 0.2 < line.x[0] < 0.3
    assert panel.trace.figure.axes[0].label == "Speed (mm/s)"
    assert panel.quality.title == "ROI 1 vessel · channel 0 · line correlation · 64 lines"


def test_quality_is_not_known_of_a_method_that_judges_nothing(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect(row_stop=400).roi_id
    FakePage(panel.form).command("param.set", name="method", value="radon")
    run(panel)
    numbers = panel.quality.numbers
    assert numbers is not None
    assert (numbers["is_judged"], numbers["standing"]) == (False, 0)
    assert panel.trace.frame.note == "Quality not known"
    assert panel.form.message["text"].endswith("windows, quality not known, 0.0\u00a0% at exactly 0.")
    record = acquisition.record("radon_velocity", roi_id=session.selection.roi_id)
    assert record is not None
    assert record.summary["accepted_fraction"] is None
    assert record.quality is not None
    assert record.quality["accepted"].all()
    assert record.quality["z"].isna().all()
    assert "The quality of its windows is not known: none was judged, and 0 of 22 (0.0%)" in record.methods_text()
    assert "too low" not in record.methods_text() + panel.form.footnote


def test_radon_in_a_narrow_region_says_that_it_may_read_too_low(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect(row_stop=400, col_stop=8).roi_id
    FakePage(panel.form).command("param.set", name="method", value="radon")
    run(panel)
    record = acquisition.record("radon_velocity", roi_id=session.selection.roi_id)
    assert record is not None
    assert "is 8 columns wide. Below 24 columns this method may read too low" in record.methods_text()
    assert panel.form.footnote == "Radon may read too low in fewer than 24 columns. Use line correlation here."


def test_a_run_tells_what_held_no_numbers() -> None:
    left_out = {"columns_left_out": 2, "columns_interpolated": 1, "lines_without_numbers": 12}
    said = VelocityWords().result(Record("radon_velocity", 0, 1, summary=FrozenDict(left_out)))
    assert said.split("; ")[1:] == [
        "2 columns without numbers left out",
        "1 column without numbers interpolated",
        "12 lines without numbers left out",
    ]


def test_a_moved_region_makes_trace_and_quality_stale(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect().roi_id
    run(panel)
    assert (panel.trace.frame.is_stale, panel.quality.stale) == (False, "")
    acquisition.update_roi(1, col_start=4)
    panel.trace.wait(WAIT_S)
    assert panel.trace.frame.is_stale
    assert panel.quality.stale == "The region was changed after this result."
    assert panel.form.banner is not None


def test_the_sign_is_shown_on_request(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect().roi_id
    run(panel)
    scale = panel.trace.figure.marks[2].scales["y"]
    assert (scale.min, scale.max > 0) == (0, True)
    FakePage(panel.quality).command("trace.sign", is_signed=True)
    panel.trace.wait(WAIT_S)
    assert (panel.quality.is_signed, scale.min) == (True, -scale.max)
    assert panel.trace.figure.axes[0].label == "Velocity (mm/s)"


def test_another_recording_shows_its_own_state(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect().roi_id
    run(panel)
    session.select("other.tif")
    panel.trace.wait(WAIT_S)
    assert (panel.quality.numbers, panel.form.rois) == (None, [])
    assert panel.trace.frame.empty is not None


def test_a_region_too_short_is_refused_in_words(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect(row_stop=12).roi_id
    run(panel)
    assert panel.form.message["kind"] == "error"
    assert panel.form.message["text"].startswith("Velocity failed on ROI 1: ")
    assert len(acquisition.records) == 0


def test_the_notes_say_duration_step_limit_and_scan_speed(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect().roi_id
    assert panel.form.rows[0]["notes"] == ["64.0 ms, step 16.0 ms", "largest measurable speed 6.5 mm/s"]
    assert panel.form.footnote.startswith("Will not be corrected for the scan speed.")
    run(panel)
    assert panel.form.footnote.startswith("Not corrected for the scan speed: could be up to 3.4")
    acquisition.update_calibration(dwell_s=1e-5)
    run(panel)
    assert panel.form.footnote == "Corrected for the scan speed."


def test_a_scan_to_and_fro_is_said_before_it_is_run(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect().roi_id
    acquisition.update_calibration(scan_direction="bidirectional")
    assert panel.form.footnote.startswith("Scanned to and fro")


def test_without_calibration_the_notes_count_lines_and_pixels(session: Session) -> None:
    other = session.select("other.tif")
    session.selection.roi_id = other.add_rect().roi_id
    panel = VelocityPanel(session)
    assert panel.form.rows[0]["notes"] == ["step 16 lines", "largest measurable speed 26.0 px/line"]
    panel.close()


def test_closing_the_panel_during_a_run_stores_nothing_more(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect().roi_id
    panel.form.run()
    panel.close()
    panel.form.wait(WAIT_S)
    panel.trace.wait(WAIT_S)
    assert panel.form.message["text"] == ""


# ---------------------------------------------------------------- the other method
@pytest.fixture
def measured(session: Session, panel: VelocityPanel) -> VelocityPanel:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect().roi_id
    run(panel)
    return panel


def compare(panel: VelocityPanel) -> None:
    assert FakePage(panel.quality).command("compare", is_on=True)["kind"] == "done"
    panel.quality.comparison.wait(WAIT_S)
    panel.trace.wait(WAIT_S)


def test_the_other_method_is_shown_beside_the_stored_one_and_not_stored(
    session: Session, measured: VelocityPanel
) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    before = acquisition.snapshot
    compare(measured)
    compared = measured.quality.compared
    assert (measured.quality.comparing, compared["label"]) == ("on", "Radon")
    assert compared["numbers"]["windows"] == measured.quality.numbers["windows"]
    assert compared["numbers"]["median"] == pytest.approx(PX_LINE * 0.25, rel=0.05)
    assert compared["both"] == measured.quality.numbers["kept"]
    assert compared["different"] < compared["both"] / 20
    _, beside, line, *_ = measured.trace.figure.marks
    assert len(beside.x) == len(line.x) > 50
    assert acquisition.snapshot is before


def test_a_comparison_ends_when_it_is_switched_off(measured: VelocityPanel) -> None:
    compare(measured)
    assert FakePage(measured.quality).command("compare", is_on=False)["kind"] == "done"
    measured.trace.wait(WAIT_S)
    assert (measured.quality.comparing, measured.quality.compared) == ("off", None)
    assert len(measured.trace.figure.marks[1].x) == 0


def test_a_comparison_belongs_to_one_run_at_one_place(session: Session, measured: VelocityPanel) -> None:
    compare(measured)
    session.selection.roi_id = None
    assert measured.quality.comparing == "on"  # the same velocity is shown
    session.select("other.tif")
    assert measured.quality.comparing == "off"
    session.select("flow.tif")
    assert measured.quality.compared is None
    compare(measured)
    run(measured)
    assert (measured.quality.comparing, measured.quality.compared) == ("off", None)


def test_a_comparison_that_comes_too_late_is_dropped(session: Session, measured: VelocityPanel) -> None:
    FakePage(measured.quality).command("compare", is_on=True)
    session.select("other.tif")
    measured.quality.comparison.wait(WAIT_S)
    assert (measured.quality.comparing, measured.quality.compared) == ("off", None)
    assert measured.form.message["text"] == ""


def test_without_a_velocity_there_is_nothing_to_compare(panel: VelocityPanel) -> None:
    assert FakePage(panel.quality).command("compare", is_on=True)["kind"] == "refused"
    assert "run velocity first" in panel.form.message["text"]


# ------------------------------------------------------------ which velocity is shown
def note(panel: VelocityPanel) -> str:
    panel.trace.wait(WAIT_S)
    frame = panel.trace.frame
    return str(frame.note if frame.empty is None else frame.empty["title"])


def test_a_line_or_nothing_selected_does_not_take_the_velocity_away(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect(row_stop=400, name="vessel").roi_id
    run(panel)
    title = panel.quality.title
    assert note(panel) == ""
    line = acquisition.add_line(row0=0, col0=0, row1=90, col1=30)
    empty = acquisition.add_rect(row_stop=100)
    for selected in (line.roi_id, None, empty.roi_id):
        session.selection.roi_id = selected
        assert (note(panel), panel.quality.title) == ("ROI 1 vessel · channel 0", title)
        assert panel.quality.numbers is not None
    assert panel.form.run_state["is_first"]  # the form is of the selected region
    acquisition.update_roi(1, name="branch")
    assert note(panel) == "ROI 1 branch · channel 0"
    acquisition.delete_roi(1)
    assert (note(panel), panel.quality.numbers) == ("No velocity yet.", None)


def test_of_several_velocities_the_one_shown_last_stays(session: Session, panel: VelocityPanel) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    line = acquisition.add_line(row0=0, col0=0, row1=90, col1=30)
    for stop in (300, 400):
        acquisition.analyze("radon_velocity", roi_id=acquisition.add_rect(row_stop=stop).roi_id)
    session.selection.roi_id = line.roi_id
    assert note(panel) == "No ROI chosen."
    for seen in (2, 3, 2):
        session.selection.roi_id = seen
        assert note(panel) == ""
    session.selection.roi_id = line.roi_id
    assert note(panel) == "ROI 2 · channel 0"
    acquisition.delete_record("radon_velocity", roi_id=2)
    assert note(panel) == "ROI 3 · channel 0"
    session.select("other.tif")
    assert note(panel) == "No ROI."
    session.select("flow.tif")
    assert note(panel) == "ROI 3 · channel 0"


def test_a_lone_velocity_is_shown_at_once(session: Session) -> None:
    acquisition = session.acquisition
    assert acquisition is not None
    acquisition.add_rect(row_stop=100)
    measured = acquisition.add_rect(row_stop=400)
    acquisition.analyze("radon_velocity", roi_id=measured.roi_id, method="radon")
    session.selection.roi_id = 1
    panel = VelocityPanel(session)
    assert note(panel) == "ROI 2 · channel 0 · Quality not known"
    assert panel.quality.title.startswith("ROI 2 · channel 0 · radon")
    assert FakePage(panel.quality).command("compare", is_on=True)["kind"] == "done"
    panel.quality.comparison.wait(WAIT_S)
    assert panel.quality.compared is not None
    panel.close()
