"""Panels of all analyses: what a result shows, which trace, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.kinds import Column, Kind
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.widgets.analysis.kind_view import KindView, shown_unit
from cloudscope_widgets.widgets.analysis.measurement_site import selected_place
from tests.widgets.fake_page import FakePage

WAIT_S = 20


@pytest.fixture(scope="module")
def vessel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vessel")
    cs.synthetic.vessel(300, 60, diameter_px=20.0, seed=1).write(folder / "vessel.tif")
    return folder


@pytest.fixture
def session(vessel: Path) -> Iterator[cs.Session]:
    found = cs.Session(vessel)
    found.wait_for_scan(WAIT_S)
    found.select("vessel.tif")
    yield found
    found.close()


def with_region(session: cs.Session, row_start: int = 0, col_start: int = 0) -> cs.Acquisition:
    acquisition = session.acquisition
    assert acquisition is not None
    session.selection.roi_id = acquisition.add_rect(row_start=row_start, col_start=col_start).roi_id
    return acquisition


def test_a_panel_says_what_is_missing_by_the_name_of_its_analysis(session: cs.Session) -> None:
    panel = cs.DiameterPanel(session)
    panel.trace.wait(WAIT_S)
    assert panel.trace.frame.empty == {
        "title": "No ROI.",
        "text": "Draw a ROI, or use the whole image; diameter is measured inside it.",
    }
    assert (panel.trace.frame.plot_name, panel.quality.name, panel.quality.facts) == ("Diameter", "Diameter", None)
    assert panel.form.run_state["label"] == "Run diameter"
    panel.close()


def test_an_unknown_analysis_is_refused_before_anything_is_made(session: cs.Session) -> None:
    with pytest.raises(ValueError, match="there is no analysis 'flowers'"):
        cs.AnalysisPanel(session, "flowers")


def test_the_diameter_is_drawn_with_its_facts_and_edges(session: cs.Session) -> None:
    acquisition = with_region(session, row_start=50, col_start=5)
    panel = cs.DiameterPanel(session)
    panel.form.run()
    panel.form.wait(WAIT_S)
    panel.trace.wait(WAIT_S)
    assert panel.trace.frame.empty is None
    place = selected_place(session)
    assert place is not None
    record = place.record("diameter")
    assert record is not None
    calibration = acquisition.header.calibration
    first = panel.trace.view.traces(record, place)[0]
    assert first.time[0] == pytest.approx(50 * calibration.seconds_per_line)
    assert np.nanmedian(first.value) == pytest.approx(20 * calibration.um_per_pixel, rel=0.1)
    left, right = panel.trace.view.overlays(record, place)
    assert np.nanmedian(right.cols - left.cols) == pytest.approx(20, rel=0.1)
    assert left.rows[0] == 50
    assert np.nanmedian((left.cols + right.cols) / 2) == pytest.approx(29.5, abs=1)
    assert [fact["label"] for fact in panel.quality.facts][:2] == ["measured", "median"]
    edges = {trace.name: np.nanmedian(trace.value) for trace in panel.trace.view.traces(record, place)}
    assert edges["left_edge"] == pytest.approx(np.nanmedian(left.cols) * calibration.um_per_pixel)
    panel.close()


def test_a_result_stays_shown_with_its_facts_when_a_line_is_drawn(session: cs.Session) -> None:
    acquisition = with_region(session)
    acquisition.analyze("sum_intensity", roi_id=1, channel=0)
    panel = cs.IntensityPanel(session)
    facts = panel.quality.facts
    session.selection.roi_id = acquisition.add_line(row0=0, col0=0, row1=90, col1=30).roi_id
    panel.trace.wait(WAIT_S)
    assert (panel.trace.frame.empty, panel.trace.frame.note[:18]) == (None, "ROI 1 · channel 0")
    assert facts
    assert (panel.quality.facts, panel.quality.title[:17]) == (facts, "ROI 1 · channel 0")
    panel.close()


def test_the_page_chooses_the_trace_that_is_shown(session: cs.Session) -> None:
    acquisition = with_region(session)
    acquisition.analyze("sum_intensity", roi_id=1, channel=0)
    panel = cs.IntensityPanel(session)
    panel.trace.wait(WAIT_S)
    assert (panel.quality.chosen, panel.trace.frame.empty) == ("df_f_signal", None)
    page = FakePage(panel.quality)
    page.command("trace.choose", name="norm_sum_intensity")
    panel.trace.wait(WAIT_S)
    assert panel.quality.chosen == "norm_sum_intensity"
    assert page.command("trace.choose", name="no such trace")["kind"] == "refused"
    panel.close()


def test_peaks_are_rows_at_their_times_in_the_image(session: cs.Session) -> None:
    acquisition = with_region(session, row_start=100)
    acquisition.analyze("sum_intensity", roi_id=1, channel=0)
    place = selected_place(session)
    assert place is not None
    record = place.record("sum_intensity")
    assert record is not None
    panel = cs.IntensityPanel(session)
    rows = panel.trace.view.rows(record, place)
    assert rows is not None
    assert len(rows.rows) == record.summary["num_peaks"]
    start = 100 * acquisition.header.calibration.seconds_per_line
    assert all(row.start_s >= start and len(row.cells) == len(rows.columns) for row in rows.rows)
    panel.close()


def test_a_kind_without_a_view_shows_its_columns_and_numbers(session: cs.Session) -> None:
    acquisition = with_region(session)
    acquisition.analyze("diameter", roi_id=1, channel=0)
    place = selected_place(session)
    assert place is not None
    stored = place.record("diameter")
    assert stored is not None
    view = KindView(
        Kind("width", "Width", columns=(Column("time_s", "s"), Column("diameter_um", "µm"), Column("ok", dtype="bool")))
    )
    record = Record("width", 0, 1, summary=stored.summary, held_table=stored.table)
    assert [(trace.label, trace.unit) for trace in view.traces(record, place)] == [("Diameter um", "µm")]
    labels = [fact.label for fact in view.facts(record, place)]
    assert "Num rows" in labels
    assert not {"Version", "Analysis date"} & set(labels)


def test_the_form_shows_only_parameters_that_have_an_effect(session: cs.Session) -> None:
    panel = cs.DiameterPanel(session)
    page = FakePage(panel.form)

    def shown() -> set[str]:
        return {row["name"] for row in panel.form.rows}

    assert "threshold_mode" in shown()
    assert not {"threshold_value", "gradient_sigma", "lumen_profile"} & shown()
    page.command("param.set", name="diameter_method", value="gradient_edges")
    assert "max_edge_shift_um" in shown()
    page.command("param.set", name="enable_motion_gating", value=False)
    assert not {"max_edge_shift_um", "threshold_mode"} & shown()
    panel.close()


def test_a_preset_fills_the_fields_that_it_sets_and_the_next_one_lets_go_of_them(session: cs.Session) -> None:
    panel = cs.IntensityPanel(session)
    page = FakePage(panel.form)

    def shown() -> dict[str, object]:
        return {row["name"]: row["value"] for row in panel.form.rows}

    before = shown()
    page.command("param.set", name="baseline_percentile", value=10)
    page.command("param.set", name="preset", value="fast")
    assert (shown()["derivative_threshold_per_sec"], shown()["width_search_window_ms"]) == (1, 150)
    page.command("param.set", name="preset", value="slow")
    assert shown()["refractory_period_ms"] == 500
    page.command("param.set", name="preset", value="default")
    assert shown() == {**before, "baseline_percentile": 10}
    page.command("param.set", name="background", value="roi 2")
    assert shown()["background"] == "ROI 2"
    panel.close()


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (("s", "um"), ("µm/s", "counts", "1/s")),
        (("line", "um"), ("µm/line", "counts", "1/line")),
        (("s", "pixel"), ("px/s", "counts", "1/s")),
    ],
)
def test_units_of_a_plug_in_follow_what_is_known(labels: tuple[str, str], shown: tuple[str, ...]) -> None:
    calibration = Calibration(0.001, 0.25, *labels)
    assert tuple(shown_unit(unit, calibration) for unit in ("µm/s", "counts", "1/s")) == shown
