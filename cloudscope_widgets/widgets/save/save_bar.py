"""What is open, what of it is not saved, and saving it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypedDict
from weakref import WeakKeyDictionary

from cloudscope_widgets.core.errors import SaveError
from cloudscope_widgets.core.layout import Layout
from cloudscope_widgets.core.notice import topic_of
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.saver import SaveReport
from cloudscope_widgets.store.disk.unsaved import unsaved_words
from cloudscope_widgets.store.notices import named_notice
from cloudscope_widgets.store.open_recordings import OpenedRecordings
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.shared_edit import Direction
from cloudscope_widgets.widgets.kit.actions import actions_of
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import Choice, ListOf, Text, Whole
from cloudscope_widgets.widgets.kit.next_step import next_step
from cloudscope_widgets.widgets.kit.path_words import session_folders
from cloudscope_widgets.widgets.save.banners import (
    ANSWERS,
    LAYOUTS,
    Answer,
    Banner,
    BannerState,
    layout_words,
    notice_banner,
    open_question,
    sentence,
)

Review = Literal["unreviewed", "accepted", "rejected"]
LEAST_SECRET = 32
_WATCHED = (
    "dirty",
    "review",
    "can_undo",
    "can_redo",
    "save_state",
    "disk_change",
    "drafts",
    "draft_writers",
    "importable",
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
    needs_visitor: bool
    """Whether the page should tell whose drafts these are; before that, none may be kept."""


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
    "needs_visitor": False,
}


class DraftWriters(TypedDict):
    """Who keeps unsaved work of this browser on disk in a dashboard, each by a token."""

    own: str
    """Empty outside of dashboards."""
    others: list[str]
    """Pages that may have gone without a word; they keep work of the open recording."""


class SaveBar(SessionWidget):
    """Save, undo and the verdict on the open recording."""

    _esm = bundle("save_bar")
    bar = state(SaveBarState, NOTHING)
    banner = state(BannerState | None, None)
    """Why a recording is not saved, or a notice; None when there is none."""
    draft_writers = state(DraftWriters, {"own": "", "others": []})

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show a session; ``layout`` are keyword arguments of ``ipywidgets.Layout``."""
        self._saved_at: WeakKeyDictionary[Acquisition, str] = WeakKeyDictionary()
        self._dismissed: set[str] = set()
        self._offers_import = True
        self._failures: WeakKeyDictionary[Acquisition, str] = WeakKeyDictionary()
        self._pending: WeakKeyDictionary[Acquisition, str] = WeakKeyDictionary()
        self._banner_number = 0
        self._content: Banner | None = None
        """The banner that is shown, before paths are taken out of it."""
        super().__init__(session, **layout)
        self._opened = OpenedRecordings(session, self._count_changed, "dirty")
        self.subscriptions.on_acquisition(self._draw, *_WATCHED)
        self.subscriptions.on(session, self._draw, "notices")
        self.subscriptions.on_acquisition(self._say_reloaded, "reloaded")
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
        next_step(self.session).is_saving = False
        super().close()

    # ------------------------------------------------------------ state, downwards
    def _draw(self) -> None:
        with self._draw_lock, self.hold_sync():
            self.bar = self._bar_state(self.session.acquisition)
            self.draft_writers = self._draft_writers(self.session.acquisition)
            self._show_banner(self._banner_content(self.session.acquisition))
        next_step(self.session).is_saving = self._is_next()

    def _is_next(self) -> bool:
        """Whether Save, or an answer of the banner, is the filled button."""
        is_asked = self.banner is not None and any(one["look"] == "primary" for one in self.banner["answers"])
        return is_asked or (self.bar["is_dirty"] and not self.bar["is_blocked"])

    def _draft_writers(self, acquisition: Acquisition | None) -> DraftWriters:
        others = [] if acquisition is None else list(acquisition.draft_writers)
        return {"own": self.session.drafts.writer_token, "others": others}

    def _count_changed(self, acquisition: Acquisition) -> None:
        """Draw after a recording that is not shown was edited or saved."""
        if acquisition is not self.session.acquisition:
            self._draw()

    def _bar_state(self, acquisition: Acquisition | None) -> SaveBarState:
        folder, count = self.session.root.name, len(self.session.unsaved())
        needs_visitor = self.session.drafts.needs_visitor or self.session.drafts.needs_browser
        if acquisition is None:
            return {**NOTHING, "folder": folder, "unsaved_count": count, "needs_visitor": needs_visitor}
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
            "needs_visitor": needs_visitor,
        }

    def _status(self, acquisition: Acquisition) -> str:
        if acquisition.save_state == "blocked":
            return "cannot be saved"
        words = unsaved_words(acquisition.saved_snapshot, acquisition.snapshot)
        return f"Unsaved: {words}" if acquisition.dirty else self._saved_at.get(acquisition, "no changes")

    def _banner_content(self, acquisition: Acquisition | None) -> Banner | None:
        """What concerns the open recording comes first, then notices one at a time; those of others wait for them."""
        if acquisition is not None:
            asked = {"import", "damage"} if acquisition.damage else {"import"}  # there is a banner of its own for these
            self._dismissed.update(notice for notice in acquisition.notices if topic_of(notice) in asked)
            own = open_question(acquisition, offers_import=self._offers_import) or self._own_sentence(acquisition)
            if own is not None:
                return own
        hidden = self._dismissed | self.session.notices_of_others()
        notice = next((notice for notice in self.session.notices if notice not in hidden), "")
        return notice_banner(notice, acquisition) if notice else None

    def _own_sentence(self, acquisition: Acquisition) -> Banner | None:
        """Why the open recording is not saved, or not wholly."""
        if acquisition in self._failures:
            return sentence("error", self._failures[acquisition])
        return sentence("info", self._pending[acquisition]) if acquisition in self._pending else None

    def _show_banner(self, content: Banner | None) -> None:
        """Show a banner under a number of its own, so that an answer to an earlier one is told from one to this."""
        self._content = content
        shown = None if self.banner is None else {**self.banner, "number": 0}
        state = None if content is None else content.state(*session_folders(self.session))
        if state == shown:
            return
        self._banner_number += 1
        self.banner = None if state is None else {**state, "number": self._banner_number}

    def _say_reloaded(self) -> None:
        acquisition = self.session.acquisition
        if acquisition is not None and acquisition.reloaded:
            self.say(acquisition.reloaded)

    # ------------------------------------------------------------ commands
    @command("save")
    def _save(self) -> None:
        """Save the open recording."""
        acquisition = self._current()
        has_changes = acquisition.dirty
        try:
            report = acquisition.save()
        except SaveError as error:
            self._note_failure(acquisition, error)
            self._draw()
            raise
        if has_changes:
            self._note_saved(acquisition, report)
        self._draw()
        self.say(report.message)

    @command("save_all")
    def _save_all(self) -> None:
        """Save every open recording; one that fails does not keep the others from it."""
        waiting = {acquisition.path: acquisition for acquisition in self.session.unsaved()}
        report = self.session.save_all()
        failed = dict(report.failed)
        saved = {one.path: one for one in report.saved}
        for path, acquisition in waiting.items():
            if path in failed:
                self._note_failure(acquisition, failed[path])
            elif path in saved:
                self._note_saved(acquisition, saved[path])
        self._draw()
        self.say(report.message, kind="error" if report.failed else "info", about=self.session)

    @command("undo")
    def _undo(self) -> None:
        """Take the last step back."""
        self._travel("undo")

    @command("redo")
    def _redo(self) -> None:
        """Do the step again that was undone last."""
        self._travel("redo")

    def _travel(self, direction: Direction) -> None:
        report = self._current().travel(direction)
        is_shared = report.followed or report.kept
        self.say(report.message, about=self.session if is_shared else None)

    @command("review.set", review=Choice(("unreviewed", "accepted", "rejected")))
    def _set_review(self, *, review: Review) -> None:
        """Give the verdict on the open recording; the same one again takes it back."""
        acquisition = self._current()
        acquisition.review = "unreviewed" if acquisition.review == review else review

    @command("disk.look")
    def _look(self) -> None:
        """Follow what other programs have saved, when the user comes back to the page."""
        self.session.look_at_disk()

    @command("visitor", secret=Text(longest=64))
    def _know_visitor(self, *, secret: str) -> None:
        """Take note of whose drafts these are."""
        if len(secret) < LEAST_SECRET:
            raise ValueError(f"the secret of a visitor has at least {LEAST_SECRET} characters")
        self.session.know_visitor(secret)
        self._draw()

    @command("drafts.take", writers=ListOf(Text(longest=16), 100))
    def _take_drafts(self, *, writers: list[str]) -> None:
        """Offer what pages of this visitor keep that have gone, though their Python runs on."""
        self.session.drafts.take_over(writers)
        self.session.look_for_drafts()

    @command("banner.answer", number=Whole(), answer=Choice(ANSWERS))
    def _answer(self, *, number: int, answer: Answer) -> None:
        """Do what the user chose in the banner that is shown."""
        shown = self.banner
        if shown is None or shown["number"] != number or answer not in {one["answer"] for one in shown["answers"]}:
            raise ValueError("this question has been answered meanwhile; nothing was changed")
        text = "" if self._content is None else self._content.text  # an answer may bring another banner
        if answer == "dismiss":
            self._dismiss(text)
        elif answer == "look":
            self.session.look_at_disk()
        elif answer == "import":
            self._current().import_kymflow()
            self.say("Imported from KymFlow. It is not saved yet; Undo takes it away again.")
        elif answer == "use_image":
            self._current().use_image_calibration()
            self._dismiss(text)
            self.say("The image's calibration is used. It is not saved yet; Undo brings the other one back.")
        elif answer == "not_now":
            self._offers_import = False
        elif answer in LAYOUTS:
            self._set_layout(self._current(), LAYOUTS[answer])
        elif answer in {"restore", "discard"}:
            self._end_draft(self._current(), is_restored=answer == "restore")
        else:
            self._resolve(self._current(), answer)
        self._draw()

    def _dismiss(self, text: str) -> None:
        """Put away a sentence; what failed is said again when it fails again."""
        for sentences in (self._failures, self._pending):
            for acquisition in [found for found, said in sentences.items() if said == text]:
                del sentences[acquisition]
        gone = [text]
        for acquisition in self.session.recordings():  # the same notice reads otherwise beside another recording
            forms = [(notice, named_notice(notice, acquisition.path)) for notice in acquisition.notices]
            gone += [form for pair in forms if set(pair) & set(gone) for form in pair]
        self._dismissed.update(gone)

    def _set_layout(self, acquisition: Acquisition, layout: Layout) -> None:
        acquisition.set_layout(layout)
        self.say(f"{acquisition.path.name} is shown {layout_words(layout)}. It is not saved yet; Undo takes it back.")

    def _resolve(self, acquisition: Acquisition, how: Any) -> None:  # noqa: ANN401  (one of the answers that are left)
        try:
            report = acquisition.resolve(how)
        except SaveError as error:
            self._note_failure(acquisition, error)
            raise
        self._note_saved(acquisition, report)
        self.say(report.message)

    def _end_draft(self, acquisition: Acquisition, *, is_restored: bool) -> None:
        draft = acquisition.drafts[0]
        if is_restored:
            self.session.drafts.restore(acquisition, draft)
            self.say("The unsaved work is back. It is not saved yet; Undo takes it away again.")
        else:
            self.session.drafts.discard(acquisition, draft)
            self.say("The unsaved work was discarded.")

    def _accept(self) -> None:
        self._set_review(review="accepted")

    def _reject(self) -> None:
        self._set_review(review="rejected")

    def _current(self) -> Acquisition:
        acquisition = self.session.acquisition
        if acquisition is None:
            raise ValueError("no recording is open; choose one in the list of files")
        return acquisition

    def _note_saved(self, acquisition: Acquisition, report: SaveReport) -> None:
        self._failures.pop(acquisition, None)
        self._pending.pop(acquisition, None)
        if report.pending:
            self._pending[acquisition] = report.message
        self._saved_at[acquisition] = f"saved {datetime.now().astimezone():%H:%M}"

    def _note_failure(self, acquisition: Acquisition, error: SaveError) -> None:
        """Keep the sentence for the banner; what asks a question of its own is shown as that."""
        self._failures.pop(acquisition, None)
        if acquisition.disk_change is None or acquisition is not self.session.acquisition:
            self._failures[acquisition] = str(error)
