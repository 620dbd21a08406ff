"""The line under the trace of any analysis: what describes its result, and which of its traces is shown."""

from __future__ import annotations

from typing import TypedDict

from cloudscope_widgets.core.record import Record
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.form_words import site_text, stale_text
from cloudscope_widgets.widgets.analysis.measurement_site import Place, selected_place
from cloudscope_widgets.widgets.analysis.shown_result import shown_result
from cloudscope_widgets.widgets.analysis.trace_plot import TracePlot
from cloudscope_widgets.widgets.analysis.view import Fact
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import Text
from cloudscope_widgets.widgets.kit.number_text import measure_text

_LONGEST_NAME = 80


class FactItem(TypedDict):
    """One fact as it is written."""

    label: str
    value: str
    help: str
    is_warning: bool


class TraceItem(TypedDict):
    """One trace on offer."""

    name: str
    label: str


class FactLine(SessionWidget):
    """Facts of the result of one analysis that is shown."""

    _esm = bundle("fact_line")
    name = state(str, "")
    """Of the analysis."""
    title = state(str, "")
    """Where and how it was measured."""
    facts = state(list[FactItem] | None, None)
    """None before there is a result."""
    stale = state(str, "")
    """What has changed since; empty when it is up to date."""
    traces = state(list[TraceItem], [])
    """Traces of the result; nothing is on offer where there is one only."""
    chosen = state(str, "")
    """The trace that is shown."""

    def __init__(self, session: Session, trace: TracePlot) -> None:
        """Show the facts of the analysis that ``trace`` shows."""
        super().__init__(session)
        self._trace = trace
        self.name = trace.view.kind.label
        self.subscriptions.on_acquisition(self._draw, "records", "rois", "header")
        self.subscriptions.on(session.selection, self._draw, "roi_id", "channel")
        self.subscriptions.on(trace, self._draw_traces, "offered", "chosen")

    @command("trace.choose", name=Text(_LONGEST_NAME))
    def _choose(self, *, name: str) -> None:
        if name not in dict(self._trace.offered):
            raise ValueError(f"there is no trace {name!r}; choose one of the list")
        self._trace.chosen = name

    def _draw_traces(self) -> None:
        with self._draw_lock, self.hold_sync():
            offered = self._trace.offered
            self.traces = [{"name": name, "label": label} for name, label in offered]
            is_there = self._trace.chosen in dict(offered)
            self.chosen = self._trace.chosen if is_there else offered[0][0] if offered else ""

    def _draw(self) -> None:
        """Bring the facts to the present state."""
        view = self._trace.view
        with self._draw_lock, self.hold_sync():
            place, record = self._shown()
            self.title = "" if place is None else _title(place, record)
            self.facts, self.stale = None, ""
            if place is not None and record is not None:
                self.facts = [_item(fact) for fact in view.facts(record, place)]
                reasons = record.stale_reasons(place.acquisition)
                self.stale = stale_text(reasons) if reasons else ""

    def _shown(self) -> tuple[Place | None, Record | None]:
        """Place whose result is shown, or the selected one where no trace is to be shown."""
        name = self._trace.view.kind.name
        found = shown_result(self.session, name)
        if found is not None:
            return found.place, found.record
        place = selected_place(self.session)
        return place, None if place is None else place.record(name)


def _title(place: Place, record: Record | None) -> str:
    method = "" if record is None else str((record.provenance.get("method") or {}).get("name") or "").replace("_", " ")
    return " · ".join(filter(None, [site_text(place), method]))


def _item(fact: Fact) -> FactItem:
    value = fact.value if isinstance(fact.value, str) else measure_text(fact.value, fact.unit)
    return {"label": fact.label, "value": value, "help": fact.help, "is_warning": fact.is_warning}
