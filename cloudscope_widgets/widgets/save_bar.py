"""What is open, what of it is not saved, and saving it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypedDict
from weakref import WeakKeyDictionary

from cloudscope_widgets.core.errors import SaveError
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.opened import OpenedRecordings
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.unsaved import unsaved_words
from cloudscope_widgets.widgets._actions import actions_of
from cloudscope_widgets.widgets._base import SessionWidget, command, state
from cloudscope_widgets.widgets._bundle import bundle
from cloudscope_widgets.widgets._fields import Choice
from cloudscope_widgets.widgets.path_words import without_root

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


_BLOCKED = "Nothing can be saved."
_REMEDY = "Mend this file or move it away, then open the recording again."


class SaveBarState(TypedDict):
    """What the bar shows."""

    folder: str
    file_name: str
    """Empty when nothing is open."""
    is_dirty: bool
    is_blocked: bool
    """Whether saving is refused, because a saved file cannot be read."""
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

    kind: Literal["error", "info"]
    text: str
    can_dismiss: bool
    """False for what lasts as long as the recording is open."""


NOTHING: SaveBarState = {
    "folder": "",
    "file_name": "",
    "is_dirty": False,
    "is_blocked": False,
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
    """Why a recording is not saved, or a notice; None when there is none."""

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show a session; ``layout`` are keyword arguments of ``ipywidgets.Layout``."""
        self._saved_at: WeakKeyDictionary[Acquisition, str] = WeakKeyDictionary()
        self._dismissed: set[str] = set()
        self._failures: WeakKeyDictionary[Acquisition, str] = WeakKeyDictionary()
        super().__init__(session, **layout)
        self._opened = OpenedRecordings(session, self._count_changed, "dirty")
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
        self._opened.close()
        super().close()

    # ------------------------------------------------------------ state, downwards
    def _draw(self) -> None:
        with self._draw_lock, self.hold_sync():
            self.bar = self._bar_state(self.session.acquisition)
            self.banner = self._banner_state(self.session.acquisition)

    def _count_changed(self, acquisition: Acquisition) -> None:
        """Draw after a recording that is not shown was edited or saved."""
        if acquisition is not self.session.acquisition:
            self._draw()

    def _bar_state(self, acquisition: Acquisition | None) -> SaveBarState:
        folder, count = self.session.root.name, len(self.session.unsaved())
        if acquisition is None:
            return {**NOTHING, "folder": folder, "unsaved_count": count}
        return {
            "folder": folder,
            "file_name": acquisition.path.name,
            "is_dirty": acquisition.dirty,
            "is_blocked": acquisition.save_state == "blocked",
            "status": self._status(acquisition),
            "review": acquisition.review,
            "undo_name": acquisition.undo_name,
            "redo_name": acquisition.redo_name,
            "unsaved_count": count,
        }

    def _status(self, acquisition: Acquisition) -> str:
        if acquisition.save_state == "blocked":
            return "cannot be saved"
        words = unsaved_words(acquisition.saved_snapshot, acquisition.snapshot)
        return f"Unsaved: {words}" if acquisition.dirty else self._saved_at.get(acquisition, "no changes")

    def _banner_state(self, acquisition: Acquisition | None) -> BannerState | None:
        """What concerns the open recording comes first, then saving the others, then notices one at a time."""
        if acquisition is not None and acquisition.damage:
            self._dismissed.update(notice for notice in acquisition.notices if acquisition.damage in notice)
            text = f"{_BLOCKED} {acquisition.damage} {_REMEDY}"
            return self._banner("error", text, can_dismiss=False)
        failures = list(self._failures.values())
        if failures:
            own = self._failures.get(acquisition) if acquisition else None
            return self._banner("error", own or failures[0])
        notice = next((notice for notice in self.session.notices if notice not in self._dismissed), "")
        return self._banner("info", notice) if notice else None

    def _banner(self, kind: Literal["error", "info"], text: str, *, can_dismiss: bool = True) -> BannerState:
        return {"kind": kind, "text": without_root(text, self.session.root), "can_dismiss": can_dismiss}

    # ------------------------------------------------------------ commands
    @command("save")
    def _save(self) -> None:
        """Save the open recording."""
        acquisition = self._current()
        has_changes = acquisition.dirty
        try:
            report = acquisition.save()
        except SaveError as error:
            self._failures[acquisition] = str(error)
            self._draw()
            raise SaveError(without_root(str(error), self.session.root)) from error
        if has_changes:
            self._note_saved(acquisition)
        self._draw()
        self.say(report.message)

    @command("save_all")
    def _save_all(self) -> None:
        """Save every open recording; one that fails does not keep the others from it."""
        waiting = {acquisition.path: acquisition for acquisition in self.session.unsaved()}
        report = self.session.save_all()
        failed = {path: str(error) for path, error in report.failed}
        for path, acquisition in waiting.items():
            if path in failed:
                self._failures[acquisition] = failed[path]
            else:
                self._note_saved(acquisition)
        self._draw()
        message = without_root(report.message, self.session.root)
        self.say(message, kind="error" if report.failed else "info")

    @command("undo")
    def _undo(self) -> None:
        """Take the last step back."""
        acquisition = self._current()
        name = acquisition.undo_name
        acquisition.undo()
        self.say(f"Undone: {name}.")

    @command("redo")
    def _redo(self) -> None:
        """Do the step again that was undone last."""
        acquisition = self._current()
        name = acquisition.redo_name
        acquisition.redo()
        self.say(f"Done again: {name}.")

    @command("review.set", review=Choice(("unreviewed", "accepted", "rejected")))
    def _set_review(self, *, review: Review) -> None:
        """Give the verdict on the open recording; the same one again takes it back."""
        acquisition = self._current()
        acquisition.review = "unreviewed" if acquisition.review == review else review

    @command("banner.dismiss")
    def _dismiss(self) -> None:
        """Put away the sentence that is shown; what failed is said again when it fails again."""
        shown = self.banner
        if shown is None or not shown["can_dismiss"]:
            return
        for acquisition, failure in list(self._failures.items()):
            if without_root(failure, self.session.root) == shown["text"]:
                del self._failures[acquisition]
        self._dismissed.update(
            notice for notice in self.session.notices if without_root(notice, self.session.root) == shown["text"]
        )
        self._draw()

    def _accept(self) -> None:
        self._set_review(review="accepted")

    def _reject(self) -> None:
        self._set_review(review="rejected")

    def _current(self) -> Acquisition:
        acquisition = self.session.acquisition
        if acquisition is None:
            raise ValueError("no recording is open; choose one in the list of files")
        return acquisition

    def _note_saved(self, acquisition: Acquisition) -> None:
        self._failures.pop(acquisition, None)
        self._saved_at[acquisition] = f"saved {datetime.now().astimezone():%H:%M}"
