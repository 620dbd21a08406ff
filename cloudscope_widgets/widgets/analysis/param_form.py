"""The form of one analysis: where to measure, with which parameters, and the button that runs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, TypedDict

from cloudscope_widgets.analysis.registry import find_analysis
from cloudscope_widgets.core.errors import Cancelled
from cloudscope_widgets.core.params import ParamValue
from cloudscope_widgets.core.provenance import CORRECTED_RECIPROCAL
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.form_runs import FormRun, FormRuns, RunProgress
from cloudscope_widgets.widgets.analysis.form_words import (
    FormWords,
    PlainWords,
    last_run_text,
    place_hint,
    roi_text,
    stale_text,
    stored_text,
)
from cloudscope_widgets.widgets.analysis.measurement_site import Place, listed_id, rectangles, selected_place
from cloudscope_widgets.widgets.analysis.param_rows import (
    ParamRow,
    is_made_with,
    param_row,
    stored_values,
    taken,
    with_presets,
)
from cloudscope_widgets.widgets.analysis.running import busy_text, cancel_runs, follow_runs, has_runs
from cloudscope_widgets.widgets.kit.actions import actions_of
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import Scalar, Text, Whole
from cloudscope_widgets.widgets.kit.next_step import next_step

_LONGEST_NAME = 60


class RoiItem(TypedDict):
    """One rectangle on offer."""

    roi_id: int
    label: str


class RunState(TypedDict):
    """The run button, and what stands beside it."""

    label: str
    is_enabled: bool
    is_first: bool
    """True when there is no result yet."""
    is_next: bool
    """True when it is the one filled button: nothing is measured here, and nothing is to be saved or answered first."""
    hint: str
    """What to do before it can run; empty when it can."""
    offers_whole: bool
    """True when there is no region, so that the whole image is on offer."""
    last: str


class FormBanner(TypedDict):
    """What the user should know about the result."""

    kind: Literal["stale", "info"]
    title: str
    text: str


NO_RUN: RunState = {
    "label": "Run",
    "is_enabled": False,
    "is_first": True,
    "is_next": False,
    "hint": "",
    "offers_whole": False,
    "last": "",
}


class ParamForm(SessionWidget):
    """Parameters of one analysis at the selected region, and its run."""

    _esm = bundle("param_form")
    analysis_name = state(str, "")
    title = state(str, "")
    """Name of the analysis in the interface."""
    rois = state(list[RoiItem], [])
    roi_id = state(int | None, None)
    """The selected rectangle."""
    rows = state(list[ParamRow], [])
    footnote = state(str, "")
    banner = state(FormBanner | None, None)
    run_state = state(RunState, NO_RUN)
    progress = state(RunProgress | None, None)
    """Of the run at the place that is shown; None when nothing runs there."""
    has_runs = state(bool, default=False)
    """Whether anything is measured in the open recording, at whatever place and by whichever form."""

    def __init__(
        self,
        session: Session,
        analysis_name: str,
        words: FormWords | None = None,
        **layout: Any,  # noqa: ANN401  (of ipywidgets.Layout)
    ) -> None:
        """Show the form of an analysis.

        Parameters
        ----------
        session
            Whose open recording and selected region are measured.
        analysis_name
            For instance ``radon_velocity``.
        words
            Sentences of this analysis.
        **layout
            Keyword arguments of ``ipywidgets.Layout``.
        """
        super().__init__(session, **layout)
        self._analysis = find_analysis(analysis_name)
        self._words: FormWords = words or PlainWords()
        self._values = stored_values(self._analysis.params, {})
        self._chosen = dict(self._values)
        self._refused: dict[str, tuple[str, str]] = {}
        self._shown: tuple[Acquisition, int, int, str] | None = None
        self._runs = FormRuns(analysis_name, self)
        self._took_s: dict[str, float] = {}
        self._is_closed = False
        self.analysis_name, self.title = analysis_name, self._analysis.kind.label
        self.subscriptions.on_acquisition(self._draw, "rois", "records", "header")
        self.subscriptions.on(session.selection, self._draw, "roi_id", "channel")
        self.subscriptions.on(next_step(session), self._draw, "is_saving")
        follow_runs(self.run_advanced)
        self.offer_run()

    def offer_run(self) -> None:
        """Let the run key of the session mean this form, where several are open."""
        actions_of(self.session).offer("run", self.run)

    def close(self) -> None:
        """Let go of the session and of the page, and stop what runs."""
        self._is_closed = True
        actions_of(self.session).withdraw(self.run)
        self._runs.cancel_all()
        super().close()

    # ------------------------------------------------------------ running
    def run(self) -> None:
        """Measure the selected region with the values shown; a message says what came out, or what to do first."""
        place = selected_place(self.session)
        if place is None:
            going_on = self._run_here()
            if going_on is not None:
                raise ValueError(busy_text(going_on.key))
            self.say(self._hint())
            return
        if self._is_refused():
            return
        self._runs.start(place.acquisition, place.channel, place.roi, self._values)
        self._draw()

    def run_whole(self) -> None:
        """Measure the whole image, and make its region with the result, as one step to undo."""
        acquisition = self.session.acquisition
        if acquisition is None:
            self.say(self._hint())
            return
        if self._is_refused():
            return
        self._runs.start(acquisition, self.session.selection.channel, None, self._values)
        self._draw()

    def _is_refused(self) -> bool:
        """Say why it cannot run when a value does not fit."""
        for _typed, wrong in self._refused.values():
            self.say(wrong, kind="error")
            return True
        return False

    def cancel(self) -> None:
        """Stop the run at the place that is shown; its old result stays."""
        run = self._run_here()
        if run is not None:
            self._runs.cancel(run)
            self._draw()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until nothing runs; TimeoutError when that takes longer."""
        self._runs.wait(timeout_s)

    @property
    def is_running(self) -> bool:
        """True while a run of this form goes on, at whatever place."""
        return len(self._runs) > 0

    def run_advanced(self) -> None:
        """Show how far the run at this place is."""
        with self._draw_lock:
            run = None if self._is_closed else self._run_here()
            self.progress = None if run is None else run.progress
            self.has_runs = has_runs(self.session.acquisition)

    def run_done(self, run: FormRun, record: Record) -> None:
        """Say what came out."""
        self._took_s[record.run_id] = run.elapsed_s
        if self._is_closed:
            return
        if run.roi is None:
            run = replace(run, roi=self._made_roi(run, record))
        found = self._words.result(record)
        said = f"{self._named(run)}: {found}." if found else f"{self._named(run)} was measured."
        self.say(" ".join(filter(None, [said, stored_text(run.acquisition, record, run.roi)])), about=run.acquisition)
        self._draw()

    def run_failed(self, run: FormRun, error: BaseException) -> None:
        """Say why nothing came out."""
        if self._is_closed:
            return
        if isinstance(error, Cancelled):
            self.say(f"{self._named(run)} was cancelled. Nothing was changed.", about=run.acquisition)
        else:
            self.fail(error, self._analysis.kind.label, about=run.acquisition)
        self._draw()

    def _made_roi(self, run: FormRun, record: Record) -> RectRoi | None:
        """Region that was made of the whole image; it is selected if its image is open and nothing else is selected."""
        made = listed_id(run.acquisition, record.roi_id)
        roi = next((roi for roi in rectangles(run.acquisition) if roi.roi_id == made), None)
        selection = self.session.selection
        if roi is not None and self.session.acquisition is run.acquisition and selection.roi_id is None:
            with self._draw_lock:  # the values are those of this run, or were changed meanwhile
                self._shown = run.acquisition, roi.roi_id, run.channel, record.run_id
            selection.roi_id = roi.roi_id
        return roi

    def _named(self, run: FormRun) -> str:
        """Say what was measured, and in which file when another one is open by now."""
        where = "" if self.session.acquisition is run.acquisition else f" in {run.acquisition.path.name}"
        what = "the whole image" if run.roi is None else f"ROI {roi_text(run.roi, ' ')}"
        return f"{self._analysis.kind.label} of {what}{where}"

    # ------------------------------------------------------------ from the page
    @command("roi.select", roi_id=Whole())
    def _select_roi(self, *, roi_id: int) -> None:
        acquisition = self.session.acquisition
        if acquisition is None or not isinstance(acquisition.rois.by_id(roi_id), RectRoi):
            raise ValueError(f"ROI {roi_id} is no rectangle")
        self.session.selection.roi_id = roi_id

    @command("roi.whole")
    def _add_whole_roi(self) -> None:
        acquisition = self.session.acquisition
        if acquisition is not None:
            self.session.selection.roi_id = acquisition.add_rect().roi_id

    @command("param.set", name=Text(_LONGEST_NAME), value=Scalar())
    def _set_param(self, *, name: str, value: ParamValue) -> None:
        """Take one value over, or keep the old one and say beneath the field why."""
        param = next((param for param in self._analysis.params if param.name == name), None)
        if param is None:
            raise ValueError(f"{self._analysis.kind.label} has no parameter {name!r}")
        with self._draw_lock:
            try:
                self._values = with_presets(self._analysis.params, self._values, param, taken(param, value))
                self._chosen = self._values
                self._refused.pop(name, None)
            except ValueError as error:
                self._refused[name] = str(value), str(error)
        self._draw()

    @command("param.defaults")
    def _set_defaults(self) -> None:
        with self._draw_lock:
            self._values = self._chosen = stored_values(self._analysis.params, {})
            self._refused = {}
        self._draw()

    @command("run")
    def _run_from_page(self) -> None:
        self.run()

    @command("run.whole")
    def _run_whole_from_page(self) -> None:
        self.run_whole()

    @command("run.cancel")
    def _cancel_from_page(self) -> None:
        self.cancel()

    @command("run.cancel_all")
    def _cancel_all_from_page(self) -> None:
        """Stop what is measured in the open recording; a batch goes on."""
        cancel_runs(self.session.acquisition)

    # ------------------------------------------------------------ drawing
    def _draw(self) -> None:
        """Bring everything to the present state."""
        if self._is_closed:
            return
        with self._draw_lock:
            place = selected_place(self.session)
            record = None if place is None else place.record(self.analysis_name)
            self._load_values(place, record)
            self.rois = [{"roi_id": roi.roi_id, "label": roi_text(roi)} for roi in rectangles(self.session.acquisition)]
            self.roi_id = None if place is None else place.roi.roi_id
            self.rows = self._present_rows(place)
            self.footnote = "" if place is None else self._words.footnote(place, record)
            self.banner = None if place is None or record is None else _banner(place.acquisition, record)
            self.run_state = self._present_run_state(place, record)
            self.run_advanced()

    def _load_values(self, place: Place | None, record: Record | None) -> None:
        """Begin with the values of the stored result where another place or another result is shown.

        What this form has run itself leaves the values as they are, since they may have been changed meanwhile.
        """
        shown = None
        if place is not None:
            shown = (place.acquisition, place.roi.roi_id, place.channel, "" if record is None else record.run_id)
        before, self._shown = self._shown, shown
        if shown == before or (shown and before and shown[:3] == before[:3] and self._run_here()):
            return
        self._refused = {}
        self._values = self._chosen if record is None else stored_values(self._analysis.params, record.params)

    def _present_rows(self, place: Place | None) -> list[ParamRow]:
        rows = []
        for param in self._analysis.params:
            if not param.applies(self._values):
                continue
            value = self._values[param.name]
            notes = [] if place is None else self._words.param_notes(param, value, place)
            rows.append(param_row(param, value, refused=self._refused.get(param.name), notes=notes))
        return rows

    def _present_run_state(self, place: Place | None, record: Record | None) -> RunState:
        last = ""
        if record is not None:
            is_same = is_made_with(record.params, self._values, self._analysis.params)
            took, today = self._took_s.get(record.run_id), datetime.now().astimezone().date()
            last = last_run_text(record, seconds=took, is_same=is_same, today=today)
        offers_whole = self.session.acquisition is not None and not rectangles(self.session.acquisition)
        is_first, is_enabled = record is None and place is not None, not self._refused
        return {
            "label": f"Run {self._label}",
            "is_enabled": is_enabled,
            "is_first": is_first,
            "is_next": is_enabled and (is_first or offers_whole) and not next_step(self.session).is_saving,
            "hint": "" if place is not None else self._hint(),
            "offers_whole": offers_whole,
            "last": last,
        }

    # ------------------------------------------------------------ the present state
    @property
    def _label(self) -> str:
        return self._analysis.kind.words

    def _hint(self) -> str:
        return place_hint(self._analysis, self.session.acquisition, self.session.selection.roi_id)

    def _run_here(self) -> FormRun | None:
        """Run at the place that is shown."""
        selection = self.session.selection
        return self._runs.at(self.session.acquisition, selection.channel, selection.roi_id)


def _banner(acquisition: Acquisition, record: Record) -> FormBanner | None:
    reasons = record.stale_reasons(acquisition)
    if reasons:
        return {"kind": "stale", "title": "Stale.", "text": stale_text(reasons)}
    if record.provenance.get(CORRECTED_RECIPROCAL):
        text = "Shown here computed anew from the angles; the saved numbers stay until velocity is run again."
        return {"kind": "info", "title": "These velocities were saved as reciprocals by another program.", "text": text}
    return None
