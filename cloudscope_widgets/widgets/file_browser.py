"""The recordings of a session as a list: found, opened and told apart by what has been done with them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypedDict

from cloudscope_widgets.core.errors import CloudScopeError, SidecarReadError
from cloudscope_widgets.io.facts import FileFacts, facts_of, read_facts
from cloudscope_widgets.io.folder import FileEntry
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets._actions import actions_of
from cloudscope_widgets.widgets._base import SessionWidget, command, state
from cloudscope_widgets.widgets._bundle import bundle
from cloudscope_widgets.widgets._fields import ListOf, Text
from cloudscope_widgets.widgets.errands import Errands

_ROWS_A_MESSAGE = 500
_MOST_ROWS = 200_000
_WATCHED = ("dirty", "review", "rois", "records", "experiment")
_TOKEN = Text(32)


class FileRow(TypedDict):
    """One recording in the list."""

    token: str
    """Names the recording; the page never learns where it is."""
    folder: str
    """Folder from the root of the session, with slashes."""
    name: str
    review: Literal["unreviewed", "accepted", "rejected"]
    is_dirty: bool
    regions: int | None
    results: str
    condition: str
    is_unreadable: bool


class ListState(TypedDict):
    """What is told of the list as a whole; its rows travel as messages."""

    is_scanning: bool
    open_token: str
    """Recording that is open, empty when there is none."""
    opening_token: str
    """Recording that is being opened, empty when there is none."""
    root: str
    example: FileRow | None
    """Never set: names the form of a row in the contract."""


class FileBrowser(SessionWidget):
    """List of the recordings of a session."""

    _esm = bundle("file_browser")
    listing = state(
        ListState, {"is_scanning": True, "open_token": "", "opening_token": "", "root": "", "example": None}
    )

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show a session; ``layout`` are keyword arguments of ``ipywidgets.Layout``."""
        self._tokens: dict[Path, str] = {}
        self._entries: dict[str, FileEntry] = {}
        self._facts: dict[str, FileFacts | None] = {}
        self._sent: dict[str, FileRow] = {}
        self._order: list[str] = []
        self._opening = ""
        self._errands = Errands(lambda error: self.fail(error, "Reading the list of files"))
        super().__init__(session, **layout)
        self.subscriptions.on(session, self._draw, "files", "is_scanning")
        self.subscriptions.on_acquisition(self._draw, *_WATCHED)
        actions_of(session).offer("next_file", self._open_next)
        actions_of(session).offer("previous_file", self._open_previous)

    def close(self) -> None:
        """Let go of the session and of the page."""
        for run in (self._open_next, self._open_previous):
            actions_of(self.session).withdraw(run)
        self._errands.close()
        super().close()

    # ------------------------------------------------------------ rows, downwards
    def _draw(self) -> None:
        """Send the rows that have changed, and learn the facts of those that are new."""
        with self._draw_lock:
            self._learn_entries()
            opened = self.session.acquisition
            self.listing = {
                "is_scanning": self.session.is_scanning,
                "open_token": self._token_of(opened),
                "opening_token": self._opening,
                "root": self.session.root.name,
                "example": None,
            }
            rows = {token: self._row(token, entry) for token, entry in self._entries.items()}
            self._send_rows([row for token, row in rows.items() if self._sent.get(token) != row])
            self._sent = rows

    def _learn_entries(self) -> None:
        entries = {self._tokens.setdefault(entry.path, secrets.token_hex(8)): entry for entry in self.session.files}
        if entries.keys() != self._entries.keys():
            self._entries = entries
            self.send({"kind": "order", "tokens": list(entries)[:_MOST_ROWS]})
            unknown = [token for token in entries if token not in self._facts]
            chunks = (unknown[first : first + 50] for first in range(0, len(unknown), 50))
            self._errands.want("facts", [partial(self._learn_facts, chunk) for chunk in chunks])

    def _learn_facts(self, tokens: list[str]) -> None:
        for token in tokens:
            try:
                self._facts[token] = read_facts(self._entries[token].path)
            except SidecarReadError:
                self._facts[token] = None
            except KeyError:
                continue  # it has gone from the list meanwhile
        self._draw()

    def _row(self, token: str, entry: FileEntry) -> FileRow:
        opened = self.session.opened(entry.path)
        facts = facts_of(opened.snapshot) if opened else self._facts.get(token, FileFacts())
        folder = entry.relative.rpartition("/")[0]
        known = facts or FileFacts()
        return {
            "token": token,
            "folder": folder,
            "name": entry.name,
            "review": known.review,
            "is_dirty": bool(opened and opened.dirty),
            "regions": known.regions,
            "results": known.results,
            "condition": known.condition,
            "is_unreadable": facts is None,
        }

    def _send_rows(self, rows: list[FileRow]) -> None:
        for first in range(0, len(rows), _ROWS_A_MESSAGE):
            self.send({"kind": "rows", "rows": rows[first : first + _ROWS_A_MESSAGE]})

    def _token_of(self, acquisition: Acquisition | None) -> str:
        return "" if acquisition is None else self._tokens.get(acquisition.path, "")

    # ------------------------------------------------------------ commands
    @command("ready")
    def _view_is_ready(self) -> None:
        """Send everything to a view that listens from now on."""
        with self._draw_lock:
            self.send({"kind": "order", "tokens": list(self._entries)[:_MOST_ROWS]})
            self._send_rows(list(self._sent.values()))

    @command("list.order", tokens=ListOf(_TOKEN, _MOST_ROWS))
    def _take_order(self, *, tokens: list[str]) -> None:
        """Remember in which order the page shows the recordings, for the keys that go to the next one."""
        self._order = [token for token in tokens if token in self._entries]

    @command("list.refresh")
    def _refresh(self) -> None:
        """Search the folder again."""
        self._facts.clear()
        self.session.refresh()

    @command("file.open", token=_TOKEN)
    def _open(self, *, token: str) -> None:
        """Open one recording, on a thread of its own."""
        if token not in self._entries:
            raise ValueError("this recording is no longer in the list; read the folder again")
        self._opening = token
        self._draw()
        self._errands.want("open", [partial(self._open_now, token)])

    def _open_now(self, token: str) -> None:
        entry = self._entries[token]
        try:
            acquisition = self.session.select(entry.path)
            lines, columns = acquisition.header.shape
            self.say(f"Opened {entry.name}: {lines:,} lines × {columns} px.".replace(",", "\u2009"))
        except CloudScopeError as error:
            self._facts[token] = None
            self.fail(error, f"Opening {entry.name}")
        finally:
            self._opening = ""
            self._draw()

    @command("file.review", token=_TOKEN)
    def _turn_review(self, *, token: str) -> None:
        """Turn the verdict on the open recording: unreviewed, accepted, rejected, and round again."""
        acquisition = self.session.acquisition
        if acquisition is None or self._token_of(acquisition) != token:
            raise ValueError("open the recording first; its verdict is given when it has been looked at")
        turn = ("unreviewed", "accepted", "rejected")
        acquisition.review = turn[(turn.index(acquisition.review) + 1) % len(turn)]

    def _open_next(self) -> None:
        self._step(1)

    def _open_previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        """Open the recording below or above the open one, in the order of the page."""
        order = list(self._shown_order())
        if not order:
            return
        current = self._opening or self._token_of(self.session.acquisition)
        place = order.index(current) + by if current in order else 0
        if 0 <= place < len(order):
            self._open(token=order[place])

    def _shown_order(self) -> Iterator[str]:
        yield from (self._order or self._entries)
