"""The recordings of a session as a list: found, opened and told apart by what has been done with them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal, TypedDict

from cloudscope_widgets.core.errors import CloudScopeError
from cloudscope_widgets.io.catalog.folder import FileEntry
from cloudscope_widgets.io.catalog.summary import FileFacts, facts_of
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.open_recordings import OpenedRecordings
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.files.fact_reader import FactReader, Facts
from cloudscope_widgets.widgets.files.file_rows import FileRow, FileRows, in_chunks
from cloudscope_widgets.widgets.files.shown_order import ShownOrder
from cloudscope_widgets.widgets.kit.actions import actions_of
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import ListOf, Optional, Text
from cloudscope_widgets.widgets.kit.latest_request_queue import Errands
from cloudscope_widgets.widgets.kit.path_words import shown_text

_MOST_ROWS = 200_000
_LONGEST_END_S = 2.0
"""Longest time for which closing waits for a recording that is being opened."""
_WATCHED = ("dirty", "review", "header", "rois", "records", "experiment")
_TURN = ("unreviewed", "accepted", "rejected")
_TOKEN = Text(32)


class ListState(TypedDict):
    """What is told of the list as a whole; its rows travel as messages."""

    is_scanning: bool
    open_token: str
    """Recording that is open or cannot be read, empty when there is none."""
    opening_token: str
    """Recording that is being opened, empty when there is none."""
    root: str
    """Name of the folder."""


class RowsMessage(TypedDict):
    """Rows of the list from one place on; they come in order, and a higher version begins anew."""

    kind: Literal["rows"]
    version: int
    first: int
    count: int
    """Rows of the whole list."""
    rows: list[FileRow]


class ChangesMessage(TypedDict):
    """Rows that have changed, wherever they stand."""

    kind: Literal["changes"]
    version: int
    rows: list[FileRow]


class FileBrowser(SessionWidget):
    """List of the recordings of a session."""

    _esm = bundle("file_browser")
    message_types: ClassVar[tuple[type, ...]] = (RowsMessage, ChangesMessage)
    listing = state(ListState, {"is_scanning": True, "open_token": "", "opening_token": "", "root": ""})

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show a session; ``layout`` are keyword arguments of ``ipywidgets.Layout``."""
        self._rows = FileRows()
        self._order = ShownOrder()
        self._opening = ""
        self._is_read_again = False
        self._tried: set[Path] = set()
        """Recordings of which a first look was tried."""
        self._opens = Errands(lambda error: self.fail(error, "Opening the recording"))
        self._facts = FactReader(self._take_facts, lambda error: self.fail(error, "Reading the list of files"))
        super().__init__(session, **layout)
        self._opened = OpenedRecordings(session, self._take_changes, *_WATCHED)
        self.subscriptions.on(session, self._draw_files, "files", "is_scanning")
        self.subscriptions.on(session, self._draw_listing, "unreadable")
        self.subscriptions.on_acquisition(self._draw_opened)
        self._answers: dict[str, Callable[[], None]] = {
            "next_file": partial(self._step, 1),
            "previous_file": partial(self._step, -1),
            "next_to_review": self._open_next_to_review,
        }
        for action, answer in self._answers.items():
            actions_of(session).offer(action, answer)

    def close(self) -> None:
        """Let go of the session and of the page."""
        for answer in self._answers.values():
            actions_of(self.session).withdraw(answer)
        self._opened.close()
        self._opens.close()
        self._facts.close()
        with contextlib.suppress(TimeoutError):  # what is being opened holds the session
            self._opens.wait(_LONGEST_END_S)
        super().close()

    def show_first(self) -> None:
        """Show the first recording that can be read, as soon as one is found, unless one is chosen before."""
        self.subscriptions.on(self.session, self._want_first, "files")

    # ------------------------------------------------------------ rows, downwards
    def _draw_files(self) -> None:
        """Send the recordings that are new, and learn the facts of each."""
        with self._draw_lock:
            known, version = len(self._rows.entries), self._rows.version
            new = self._rows.take_entries(self.session.files)
            self._send_rows(new, known if self._rows.version == version else 0)
            unread = [self._rows.entry(row["token"]).path for row in new]
            if self._is_read_again and not self.session.is_scanning:
                self._is_read_again = False
                unread = [entry.path for entry in self._rows.entries]
            self._facts.want(unread)
            for acquisition in self.session.recordings():
                self._take_changes(acquisition)
            self._draw_listing()

    def _draw_opened(self) -> None:
        """Say which recording is open; its facts are those that it has now."""
        acquisition = self.session.acquisition
        if acquisition is not None:
            self._take_changes(acquisition)
        self._draw_listing()

    def _draw_listing(self) -> None:
        with self._draw_lock:
            self.listing = {
                "is_scanning": self.session.is_scanning,
                "open_token": self._shown(),
                "opening_token": self._opening,
                "root": self.session.root.name,
            }

    def _take_changes(self, acquisition: Acquisition) -> None:
        """Send the row of an open recording, if it has changed."""
        with self._draw_lock:
            facts = facts_of(acquisition)
            if acquisition.damage:
                facts = FileFacts(facts.review, facts.duration_s, problem="saved")
            self._send_changes(self._rows.take_facts(acquisition.path, facts, is_dirty=acquisition.dirty))

    def _take_facts(self, found: Facts) -> None:
        """Send the rows of recordings whose facts have been read; what is open knows better."""
        with self._draw_lock:
            changed: list[FileRow] = []
            for path, facts in found.items():
                if self.session.opened(path) is None:
                    changed += self._rows.take_facts(path, facts, is_dirty=False)
            self._send_changes(changed)

    def _send_rows(self, rows: list[FileRow], first: int) -> None:
        version, count = self._rows.version, len(self._rows.entries)
        if not rows and first == 0:
            self.send(RowsMessage(kind="rows", version=version, first=0, count=count, rows=[]))
        for chunk in in_chunks(rows):
            self.send(RowsMessage(kind="rows", version=version, first=first, count=count, rows=chunk))
            first += len(chunk)

    def _send_changes(self, rows: list[FileRow]) -> None:
        for chunk in in_chunks(rows):
            self.send(ChangesMessage(kind="changes", version=self._rows.version, rows=chunk))

    # ------------------------------------------------------------ commands
    @command("ready")
    def _view_is_ready(self) -> None:
        """Send everything to a view that listens from now on."""
        with self._draw_lock:
            self._send_rows(self._rows.all(), 0)

    @command("list.order", tokens=Optional(ListOf(_TOKEN, _MOST_ROWS)))
    def _take_order(self, *, tokens: list[str] | None) -> None:
        """Remember in which order the page shows the recordings; null when it is that of the list."""
        self._order.take(tokens, listed=self._rows.tokens, current=self._current())

    @command("list.refresh")
    def _refresh(self) -> None:
        """Search the folder again, and read the facts of all recordings again."""
        self._is_read_again = True
        self.session.refresh()
        self._draw_files()

    @command("file.open", token=_TOKEN)
    def _open(self, *, token: str) -> None:
        """Open one recording, on a thread of its own."""
        entry = self._rows.entry(token)
        self._opening = token
        self._draw_listing()
        self._opens.want("open", [partial(self._open_now, token, entry)])

    def _open_now(self, token: str, entry: FileEntry) -> None:
        try:
            self._say_opened(entry, self.session.select(entry.path))
        except CloudScopeError as error:
            self._take_facts({entry.path: FileFacts(problem="image")})
            reason = shown_text(str(error), entry.path.parent)
            if self._opening == token:
                self.session.show_unreadable(entry.path, reason)
            self.say(reason, kind="error")
        finally:
            if self._opening == token:  # else the next one is waiting already
                self._opening = ""
            self._draw_listing()

    def _want_first(self) -> None:
        if not self._shown() and not self._opening:
            untried = [entry for entry in self.session.files if entry.path not in self._tried]
            self._opens.want("first", [partial(self._look_first, entry) for entry in untried])

    def _look_first(self, entry: FileEntry) -> None:
        """Show a recording when none is chosen; one that cannot be read is marked, and the next is tried."""
        self._tried.add(entry.path)
        if self._shown() or self._opening:
            return
        try:
            acquisition = self.session.first_look(entry.path)
        except CloudScopeError:
            self._take_facts({entry.path: FileFacts(problem="image")})
            return
        if acquisition is not None:
            self._say_opened(entry, acquisition)

    def _say_opened(self, entry: FileEntry, acquisition: Acquisition) -> None:
        lines, columns = acquisition.header.shape
        self.say(f"Opened {entry.name}: {lines:,} lines × {columns} px.".replace(",", "\u2009"))

    @command("file.review", token=_TOKEN)
    def _turn_review(self, *, token: str) -> None:
        """Turn the verdict on the open recording: unreviewed, accepted, rejected, and round again."""
        acquisition = self.session.acquisition
        if acquisition is None or self._rows.token_of(acquisition.path) != token:
            raise ValueError("open the recording first; its verdict is given when it has been looked at")
        acquisition.review = _TURN[(_TURN.index(acquisition.review) + 1) % len(_TURN)]

    # ------------------------------------------------------------ going from one to the next
    def _step(self, by: int) -> None:
        """Open the recording below or above the open one, in the order of the page."""
        token = self._order.beside(self._current(), by, listed=self._rows.tokens)
        if token is None:
            self.say(f"There is no recording {'after' if by > 0 else 'before'} this one in the list.")
        else:
            self._open(token=token)

    def _open_next_to_review(self) -> None:
        """Open the next recording without a verdict, from the open one on and then from the top."""
        for token in self._order.after(self._current(), listed=self._rows.tokens):
            row = self._rows.row(token)
            if row["review"] == "unreviewed" and row["problem"] != "image":
                self._open(token=token)
                return
        self.say("There is no other recording to review in the list.")

    def _current(self) -> str:
        """Recording that is shown or will be in a moment."""
        return self._opening or self._shown()

    def _shown(self) -> str:
        """Recording that is open, or in whose place stands why it cannot be read; empty when there is none."""
        shown = self.session.acquisition or self.session.unreadable
        return "" if shown is None else self._rows.token_of(shown.path)
