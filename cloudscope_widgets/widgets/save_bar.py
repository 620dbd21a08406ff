"""What is open, what of it is not saved, and saving it."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any, Literal, TypedDict
from weakref import WeakKeyDictionary

from cloudscope_widgets.core.errors import SaveError
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.unsaved import unsaved_words
from cloudscope_widgets.widgets._actions import actions_of
from cloudscope_widgets.widgets._base import SessionWidget, command, state
from cloudscope_widgets.widgets._bundle import bundle
from cloudscope_widgets.widgets._fields import Choice

Review = Literal["unreviewed", "accepted", "rejected"]
_WATCHED = (
    "dirty",
    "review",
    "can_undo",
    "can_redo",
    "save_state",
    "rois",
    "records",
    "experiment",
    "header",
    "contrast",
)


class SaveBarState(TypedDict):
    """What the bar shows."""

    folder: str
    file_name: str
    """Empty when nothing is open."""
    is_dirty: bool
    status: str
    """What is unsaved, or when it was saved, in words."""
    review: Review
    undo_name: str
    """Empty when there is nothing to undo."""
    redo_name: str
    unsaved_count: int
    """Recordings with unsaved changes."""


class BannerState(TypedDict):
    """A sentence that stays until it is dealt with."""

    kind: Literal["warning", "error", "info"]
    text: str


NOTHING: SaveBarState = {
    "folder": "",
    "file_name": "",
    "is_dirty": False,
    "status": "",
    "review": "unreviewed",
    "undo_name": "",
    "redo_name": "",
    "unsaved_count": 0,
}


class SaveBar(SessionWidget):
    """Save, undo and the verdict on the open recording."""

    _esm = bundle("save_bar")
    bar = state(SaveBarState, NOTHING)
    banner = state(BannerState | None, None)
    """A refused save or a notice; None when there is none."""

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show a session; ``layout`` are keyword arguments of ``ipywidgets.Layout``."""
        self._saved_at: WeakKeyDictionary[Acquisition, str] = WeakKeyDictionary()
        self._dismissed: set[str] = set()
        self._failure = ""
        self._failure_lock = threading.Lock()
        super().__init__(session, **layout)
        self.subscriptions.on_acquisition(self._draw, *_WATCHED)
        self.subscriptions.on(session, self._draw, "notices")
        self._answers = {
            "save": self._save,
            "save_all": self._save_all,
            "undo": self._undo,
            "redo": self._redo,
            "accept_file": self._accept,
            "reject_file": self._reject,
        }
        for action, answer in self._answers.items():
            actions_of(session).offer(action, answer)

    def close(self) -> None:
        """Let go of the session and of the page."""
        for answer in self._answers.values():
            actions_of(self.session).withdraw(answer)
        super().close()

    # ------------------------------------------------------------ state, downwards
    def _draw(self) -> None:
        with self._draw_lock, self.hold_sync():
            self.bar = self._bar_state(self.session.acquisition)
            self.banner = self._banner_state()

    def _bar_state(self, acquisition: Acquisition | None) -> SaveBarState:
        count = len(self.session.unsaved())
        if acquisition is None:
            return {**NOTHING, "folder": self.session.root.name, "unsaved_count": count}
        return {
            "folder": self.session.root.name,
            "file_name": acquisition.path.name,
            "is_dirty": acquisition.dirty,
            "status": self._status(acquisition),
            "review": acquisition.review,
            "undo_name": acquisition.undo_name,
            "redo_name": acquisition.redo_name,
            "unsaved_count": count,
        }

    def _status(self, acquisition: Acquisition) -> str:
        if acquisition.save_state == "blocked":
            return "cannot be saved"
        if acquisition.dirty:
            return f"Unsaved: {unsaved_words(acquisition.saved_snapshot, acquisition.snapshot)}"
        return self._saved_at.get(acquisition, "no changes")

    def _banner_state(self) -> BannerState | None:
        if self._failure:
            return {"kind": "error", "text": self._failure}
        waiting = [notice for notice in self.session.notices if notice not in self._dismissed]
        return {"kind": "info", "text": waiting[0]} if waiting else None

    # ------------------------------------------------------------ commands
    @command("save")
    def _save(self) -> None:
        """Save the open recording."""
        acquisition = self._opened()
        try:
            report = acquisition.save()
        except SaveError as error:
            self._set_failure(str(error))
            raise
        self._note_saved(acquisition)
        self._set_failure("")
        self.say(report.message)

    @command("save_all")
    def _save_all(self) -> None:
        """Save every open recording; one that fails does not keep the others from it."""
        waiting = self.session.unsaved()
        report = self.session.save_all()
        failed = {path for path, _error in report.failed}
        for acquisition in waiting:
            if acquisition.path not in failed:
                self._note_saved(acquisition)
        self._set_failure(" ".join(str(error) for _path, error in report.failed))
        self.say(report.message, kind="error" if report.failed else "info")

    @command("undo")
    def _undo(self) -> None:
        """Take the last step back."""
        acquisition = self._opened()
        name = acquisition.undo_name
        acquisition.undo()
        self.say(f"Undone: {name}.")

    @command("redo")
    def _redo(self) -> None:
        """Do the step again that was undone last."""
        acquisition = self._opened()
        name = acquisition.redo_name
        acquisition.redo()
        self.say(f"Done again: {name}.")

    @command("review.set", review=Choice(("unreviewed", "accepted", "rejected")))
    def _set_review(self, *, review: Review) -> None:
        """Give the verdict on the open recording; the same one again takes it back."""
        acquisition = self._opened()
        acquisition.review = "unreviewed" if acquisition.review == review else review

    @command("banner.dismiss")
    def _dismiss(self) -> None:
        """Put away the sentence that is shown."""
        if self.banner is not None:
            self._dismissed.add(self.banner["text"])
        self._set_failure("")

    def _accept(self) -> None:
        self._set_review(review="accepted")

    def _reject(self) -> None:
        self._set_review(review="rejected")

    def _opened(self) -> Acquisition:
        acquisition = self.session.acquisition
        if acquisition is None:
            raise ValueError("no recording is open; choose one in the list of files")
        return acquisition

    def _note_saved(self, acquisition: Acquisition) -> None:
        self._saved_at[acquisition] = f"saved {datetime.now().astimezone():%H:%M}"

    def _set_failure(self, text: str) -> None:
        with self._failure_lock:
            self._failure = text
        self._draw()
