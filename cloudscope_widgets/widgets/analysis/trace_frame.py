"""What lies over the plot of a trace: its accessible name, the linked cursor, and a sentence where it is empty."""

from __future__ import annotations

from typing import Literal, TypedDict

import anywidget

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.image.time_scale import time_scale
from cloudscope_widgets.widgets.kit.base import SessionWidget, state
from cloudscope_widgets.widgets.kit.bundle import bundle


class EmptyPlot(TypedDict):
    """Why there is nothing to see, and what to do."""

    title: str
    text: str


class TraceFrame(SessionWidget):
    """The layer over a trace; it stands beside the figure in one box of class ``cs-trace``."""

    _esm = bundle("trace_frame")
    scale = anywidget.WidgetTrait().tag(sync=True, annotation=str)
    """Time axis, as a reference to a bqplot scale."""
    plot_name = state(str, "Velocity")
    """Accessible name of the plot."""
    empty = state(EmptyPlot | None, None)
    """Shown in the place of the plot; None where there is a trace."""
    is_stale = state(bool, default=False)
    note = state(str, "")
    """What the reader of the trace must know, in a few words; may be empty."""
    time_unit = state(Literal["s", "line"] | None, None)
    """What the time axis counts, also where there is no trace; None where no recording is open."""

    def __init__(self, session: Session) -> None:
        """Lie over the trace of a session."""
        super().__init__(session)
        self.scale = time_scale(session)
        self.has_message_line = False

    def show_empty(self, empty: EmptyPlot) -> None:
        """Say why there is no trace."""
        with self.hold_sync():
            self.empty, self.is_stale, self.note = empty, False, ""

    def show_trace(self, *, is_stale: bool, note: str = "") -> None:
        """Show the trace, with a few words over its corner."""
        with self.hold_sync():
            self.empty, self.is_stale, self.note = None, is_stale, note
