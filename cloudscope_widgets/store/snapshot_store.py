"""An observable snapshot that can be edited from any thread, undone and redone."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.core.contrast import ContrastSet
from cloudscope_widgets.core.experiment import Experiment
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.record import RecordSet
from cloudscope_widgets.core.roi import RoiSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.store.disk.change import DiskChange
from cloudscope_widgets.store.history import History, Step
from cloudscope_widgets.store.independent_observers import IndependentObservers
from cloudscope_widgets.store.shared_edit import Direction, SharedEdit, StepReport

_GROUP_NUMBERS = itertools.count(1)
EDIT_WAS_MADE = "The edit itself was made, and all other observers were told of it."
"""Note on the error of an observer."""


@dataclass(frozen=True, slots=True)
class _State:
    """What one swap replaces: the present snapshot, the saved one and the way back."""

    snapshot: Snapshot
    saved: Snapshot
    history: History
    is_blocked: bool = False
    disk_change: DiskChange | None = None

    @property
    def is_dirty(self) -> bool:
        return self.snapshot != self.saved

    def trait_values(self) -> dict[str, Any]:
        snapshot, dirty = self.snapshot, self.is_dirty
        return {
            "header": snapshot.header,
            "experiment": snapshot.experiment,
            "rois": snapshot.rois,
            "contrast": snapshot.contrast,
            "records": snapshot.records,
            "review": snapshot.review,
            "accepted": snapshot.is_accepted,
            "dirty": dirty,
            "save_state": "blocked" if self.is_blocked else "unsaved" if dirty else "saved",
            "disk_change": self.disk_change,
            "can_undo": bool(self.history.undone_last),
            "can_redo": bool(self.history.redone_last),
        }


class _ReviewTrait(T.Enum[Any]):
    """Assigning is an edit like any other."""

    def set(self, obj: Any, value: Any) -> None:  # noqa: ANN401  (traitlets' signature)
        obj.set_review(self._validate(obj, value))


class _AcceptedTrait(T.Bool[Any, Any]):
    """Assigning is an edit like any other."""

    def set(self, obj: Any, value: Any) -> None:  # noqa: ANN401  (traitlets' signature)
        accepted = self._validate(obj, value)
        if accepted != obj.accepted:
            obj.set_review("accepted" if accepted else "rejected")


class ObservableSnapshot(IndependentObservers):
    """The state of one open recording.

    Every edit is one read, compute and swap of the snapshot under a lock that is never held while observers run.
    Observers are told of changes in order, by one thread at a time; a value read meanwhile is never older than what
    they are told.
    """

    header = T.Instance(Header, read_only=True)
    """Size, type and calibration."""
    experiment = T.Instance(Experiment, read_only=True)
    """What was recorded."""
    rois = T.Instance(RoiSet, read_only=True)
    """Regions of interest."""
    contrast = T.Instance(ContrastSet, read_only=True)
    """How the channels are shown."""
    records = T.Instance(RecordSet, read_only=True)
    """Stored results."""
    review = _ReviewTrait(["unreviewed", "accepted", "rejected"], "unreviewed")
    """Verdict on the recording; may be assigned."""
    accepted = _AcceptedTrait(True)  # noqa: FBT003  (traitlets' default value)
    """False only for a rejected recording; may be assigned."""
    dirty = T.Bool(read_only=True)
    """True when the present state differs from the saved one."""
    can_undo = T.Bool(read_only=True)
    """True when there is a step to take back."""
    can_redo = T.Bool(read_only=True)
    """True when there is a step to do again."""

    save_state = T.Enum(["saved", "unsaved", "blocked"], "saved", read_only=True)
    """Whether there is something to save, or saving is refused because a saved file cannot be read."""
    disk_change = T.Instance(DiskChange, allow_none=True, read_only=True)
    """What another program has changed on disk while there are unsaved edits here; None when nothing was."""

    def __init__(self, snapshot: Snapshot, *, is_blocked: bool = False) -> None:
        """Hold ``snapshot`` as the saved state."""
        super().__init__()
        self._lock = threading.Lock()
        self._state = _State(snapshot, snapshot, History(), is_blocked=is_blocked)
        self._told = self._state.trait_values()
        self._is_telling = False
        self._observer_errors: list[tuple[str, Exception]] = []
        self._open_groups = threading.local()
        self._trait_values.update(self._told)

    @property
    def snapshot(self) -> Snapshot:
        """The present state as one immutable value."""
        return self._state.snapshot

    @property
    def saved_snapshot(self) -> Snapshot:
        """The state that is on disk."""
        return self._state.saved

    @property
    def undo_name(self) -> str:
        """What undo would take back, in words; empty when there is nothing."""
        return self._state.history.undo_name

    @property
    def redo_name(self) -> str:
        """What redo would do again, in words; empty when there is nothing."""
        return self._state.history.redo_name

    def set_review(self, review: str) -> None:
        """Give the verdict on the recording; the same as assigning ``review``."""
        at = datetime.now(UTC).isoformat(timespec="seconds")

        def change(now: Snapshot) -> Snapshot:
            if now.review == review:
                return now
            reviewed = FrozenDict() if review == "unreviewed" else FrozenDict({"at": at})
            return replace(now, review=review, reviewed=reviewed)  # type: ignore[arg-type]  # checked by the trait

        self.apply(f"Mark as {review}", change)

    def apply(self, name: str | Callable[[Snapshot], str], change: Callable[[Snapshot], Snapshot]) -> Snapshot:
        """Make one edit of your own: read, compute and swap as one, whatever other threads do meanwhile.

        Parameters
        ----------
        name
            What is done, in words for the undo list, or a function that makes them of the new snapshot.
        change
            Takes the present snapshot and returns the new one; quick, without waiting and without side effects.

        Returns
        -------
        The new snapshot.
        """
        group = getattr(self._open_groups, "group", None)
        with self._lock:
            now = self._state
            after = change(now.snapshot)
            if after != now.snapshot:
                number, words = group or (0, name if isinstance(name, str) else name(after))
                history = now.history.pushed(Step(words, now.snapshot, after, number))
                self._swap(replace(now, snapshot=after, history=history))
        self._tell()
        return after

    @contextmanager
    def edit(self, name: str) -> Iterator[None]:
        """Make all edits of this thread inside the block one undo step called ``name``."""
        outer = getattr(self._open_groups, "group", None)
        self._open_groups.group = outer or (next(_GROUP_NUMBERS), name)
        try:
            yield
        finally:
            self._open_groups.group = outer

    def apply_shared(
        self, shared: SharedEdit, path: Path, change: Callable[[Snapshot], Snapshot], *, is_origin: bool
    ) -> bool:
        """Make one edit that is made in several recordings.

        Parameters
        ----------
        shared
            The edit.
        path
            Names this recording.
        change
            As for ``apply``.
        is_origin
            True where the user has asked for it: there is a step to undo there also when it changes nothing there.

        Returns
        -------
        Whether it has changed this recording.
        """
        with self._lock:
            now = self._state
            after = change(now.snapshot)
            is_changed = after != now.snapshot
            if is_changed or is_origin:
                step = Step(shared.name, now.snapshot, after, shared=shared)
                self._swap(replace(now, snapshot=after, history=now.history.pushed(step)))
        if is_changed:
            shared.add(path, self)
        self._tell()
        return is_changed

    def follow_shared(self, shared: SharedEdit, direction: Direction) -> bool | None:
        """Undo or redo the step of an edit of several recordings, if what it has changed is still so.

        Returns
        -------
        Whether that was done; None when the step is in the wanted state already.
        """
        with self._lock:
            now = self._state
            moved = now.history.moved(shared, direction)
            if moved is None:
                is_there = now.history.moved(shared, "redo" if direction == "undo" else "undo") is not None
                return None if is_there else False
            history, step = moved
            step = step.reverse if direction == "undo" else step
            if now.snapshot.contrast != step.before.contrast:
                return False
            self._swap(replace(now, snapshot=step.applied(now.snapshot), history=history))
        self._tell()
        return True

    def travel(self, direction: Direction) -> StepReport:
        """Undo or redo as below, and return what that has done in other recordings."""
        return self._travel(History.undone if direction == "undo" else History.redone, direction)

    def undo(self) -> None:
        """Take the last step back, and nothing that came in from elsewhere since.

        An edit of several recordings is taken back in all of them, except where the same has been changed since.

        Raises
        ------
        ValueError
            When there is no step, or another program has since changed all that the step did; it is then forgotten.
        """
        self.travel("undo")

    def redo(self) -> None:
        """Do the step again that was undone last; ValueError as for ``undo``."""
        self.travel("redo")

    def _travel(self, move: Callable[[History], tuple[History, Step]], what: Direction) -> StepReport:
        with self._lock:
            now = self._state
            if not (now.history.undone_last if what == "undo" else now.history.redone_last):
                raise ValueError(f"there is nothing to {what}")
            history, step = move(now.history)
            snapshot = (step.reverse if what == "undo" else step).applied(now.snapshot)
            has_no_effect = snapshot == now.snapshot
            is_lost = has_no_effect and step.shared is None
            if is_lost:
                history = replace(now.history, **{f"{what}ne_last": getattr(now.history, f"{what}ne_last")[:-1]})
            self._swap(replace(now, snapshot=snapshot, history=history))
        self._tell()
        if is_lost:
            raise ValueError(f"{step.name!r} cannot be {what}ne: another program has changed the same since")
        if step.shared is None:
            return StepReport(step.name, what)
        return step.shared.follow(self, what, is_kept=has_no_effect)

    def _swap(self, state: _State) -> None:
        self._state = state
        self._trait_values.update(state.trait_values())

    def _tell(self) -> None:
        """Tell observers of everything that changed since they were told last, one thread at a time."""
        with self._lock:
            if self._is_telling:
                return
            self._is_telling = True
        while changed := self._take_changes():
            for name, (old, new) in changed.items():
                self._tell_one(name, old, new)
        self._raise_first()

    def observer_failed(self, name: str, error: Exception) -> None:
        """Keep the error of an observer until all others have been told of the edit."""
        with self._lock:
            is_of_edit = self._is_telling
            if is_of_edit:
                self._observer_errors.append((name, error))
        if not is_of_edit:
            super().observer_failed(name, error)

    def _raise_first(self) -> None:
        """Raise what the first observer that failed has raised; the others are logged."""
        with self._lock:
            errors, self._observer_errors = self._observer_errors, []
        for name, error in errors[1:]:
            super().observer_failed(name, error)
        if errors:
            errors[0][1].add_note(EDIT_WAS_MADE)
            raise errors[0][1]

    def _take_changes(self) -> dict[str, tuple[Any, Any]]:
        with self._lock:
            before, self._told = self._told, self._state.trait_values()
            changed = {name: (before[name], new) for name, new in self._told.items() if before[name] != new}
            self._is_telling = bool(changed)
        return changed

    def _tell_one(self, name: str, old: Any, new: Any) -> None:  # noqa: ANN401  (value of any trait)
        try:
            self.notify_change(T.Bunch(name=name, old=old, new=new, owner=self, type="change"))
        except BaseException:
            with self._lock:
                self._is_telling = False
            raise
