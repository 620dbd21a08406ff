"""A cell that is run again replaces what its earlier run displayed.

The host tells with each run which cell it comes from. A widget that no cell shows any more, and to which no name of the
notebook leads, is closed, and so is its session; unsaved edits stay as drafts, which the new session offers. Where the
host does not name its cells, or a widget was shown in any other way, nothing is ever closed.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

import ipywidgets
from IPython.core.getipython import get_ipython

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.kit.reachable import reachable

if TYPE_CHECKING:
    from cloudscope_widgets.widgets.kit.closing import ClosesWhole

ELSEWHERE = "elsewhere"
"""In the place of a cell: shown where no run of a cell replaces it."""
_HISTORY = re.compile(r"_+|_\d+|_i+|_i\d+|_[iod]h|In|Out")
"""Names under which IPython keeps what cells have returned."""
_VIEW = "application/vnd.jupyter.widget-view+json"


def note_display(widget: ClosesWhole) -> None:
    """Take note that a widget is being displayed, and by which run of which cell."""
    shell = get_ipython()
    if shell is not None and hasattr(shell, "get_parent"):
        _displays_of(shell).note(widget)


_displays: WeakKeyDictionary[Any, Displays] = WeakKeyDictionary()


def _displays_of(shell: Any) -> Displays:  # noqa: ANN401  (of IPython, which brings no types)
    if shell not in _displays:
        _displays[shell] = Displays(shell)
    return _displays[shell]


class Displays:
    """Which cells of a notebook show which widgets."""

    def __init__(self, shell: Any) -> None:  # noqa: ANN401  (of IPython, which brings no types)
        """Follow the runs of cells."""
        self._shell = shell
        self._cells: WeakKeyDictionary[ClosesWhole, dict[str, str]] = WeakKeyDictionary()
        self._left_sessions: WeakSet[Session] = WeakSet()
        shell.events.register("post_run_cell", self._cell_has_run)

    def note(self, widget: ClosesWhole) -> None:
        """Take note that a widget is being displayed."""
        cell, run = self._present_run()
        is_captured = any(out.msg_id == run for out in _outputs())
        self._cells.setdefault(widget, {})[ELSEWHERE if not cell or is_captured else cell] = run

    def _present_run(self) -> tuple[str, str]:
        """Cell that runs, empty where that is not known, and the run itself."""
        parent = self._shell.get_parent() or {}
        header = parent.get("header") or {}
        is_cell = header.get("msg_type") == "execute_request" and threading.current_thread() is threading.main_thread()
        cell = (parent.get("metadata") or {}).get("cellId") if is_cell else None
        return (cell if isinstance(cell, str) else ""), str(header.get("msg_id", ""))

    def _cell_has_run(self, _result: object) -> None:
        """Close what the earlier run of the cell displayed, unless something still leads to it."""
        self._forget([widget for widget in list(self._cells) if widget.comm is None and widget.session.is_closed])
        cell, run = self._present_run()
        if not cell:
            return
        for cells in list(self._cells.values()):
            if cells.get(cell, run) != run:
                del cells[cell]
        replaced = [widget for widget, cells in list(self._cells.items()) if not cells and widget.comm is not None]
        left = self._unused(replaced)
        for widget in left:
            self._left_sessions.add(widget.session)
            widget.close()
        self._forget(left)
        if self._close_sessions():
            for session in _sessions():
                session.look_for_drafts()

    def _unused(self, widgets: list[ClosesWhole]) -> list[ClosesWhole]:
        """Those of which no part is shown anywhere, or has a name that leads to it."""
        hidden = [widget for widget in widgets if not self._is_shown(widget)]
        parts = [(widget, (widget, *widget.made)) for widget in hidden]
        named = self._named([part for _, all_parts in parts for part in all_parts])
        return [widget for widget, all_parts in parts if not any(id(part) in named for part in all_parts)]

    def _is_shown(self, widget: ClosesWhole) -> bool:
        from cloudscope_widgets.widgets.kit.closing import is_shown_elsewhere  # noqa: PLC0415  (it needs this module)

        own = (widget, *widget.made)
        if any(self._cells.get(part) for part in own):
            return True
        stored = {output.get("data", {}).get(_VIEW, {}).get("model_id") for out in _outputs() for output in out.outputs}
        return any(part.model_id in stored or is_shown_elsewhere(part, own) for part in own)

    def _named(self, objects: list[Any]) -> set[int]:
        names = self._shell.user_ns
        roots = [value for name, value in list(names.items()) if not _HISTORY.fullmatch(name)]
        return reachable(roots, objects, barred=[names, self._shell.user_ns_hidden, names.get("Out")])

    def _forget(self, widgets: list[ClosesWhole]) -> None:
        """Let the history of the notebook go of closed widgets, which would hold sessions and pixels."""
        if not widgets:
            return
        closed = {id(widget) for widget in widgets}
        shell, names = self._shell, self._shell.user_ns
        for space in (names, shell.user_ns_hidden, names.get("_oh", {})):
            for name in [name for name, value in space.items() if id(value) in closed]:
                del space[name]
        for name in ("_", "__", "___"):
            if id(getattr(shell.displayhook, name, None)) in closed:
                setattr(shell.displayhook, name, "")
                names[name] = ""

    def _close_sessions(self) -> bool:
        """Close the sessions of replaced widgets that nothing uses any more; True when there was one."""
        waiting = set(self._left_sessions) - set(_sessions())
        parts = {one: (one, one.selection, one.view, one.display, *one.recordings()) for one in waiting}
        named = self._named([part for all_parts in parts.values() for part in all_parts]) if parts else set()
        unused = [session for session, all_parts in parts.items() if not any(id(part) in named for part in all_parts)]
        for session in unused:
            self._left_sessions.discard(session)
            session.close()
        return bool(unused)


def _outputs() -> list[ipywidgets.Output]:
    from cloudscope_widgets.widgets.kit.closing import open_widgets  # noqa: PLC0415  (it needs this module)

    return [widget for widget in open_widgets() if isinstance(widget, ipywidgets.Output)]


def _sessions() -> list[Session]:
    """Sessions that open widgets show."""
    from cloudscope_widgets.widgets.kit.closing import open_widgets  # noqa: PLC0415  (it needs this module)

    shown = [getattr(widget, "session", None) for widget in open_widgets()]
    return list(dict.fromkeys(session for session in shown if isinstance(session, Session)))
