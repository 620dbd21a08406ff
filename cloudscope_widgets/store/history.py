"""Undo and redo as an immutable list of snapshots; unchanged parts are shared between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cloudscope_widgets.core.merge.three_way import merge, with_new_ids
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.store.shared_edit import Direction, SharedEdit

MOST_STEPS = 200
MOST_TABLE_BYTES = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class Step:
    """One edit that can be undone."""

    name: str
    """What was done, in words for the user."""
    before: Snapshot
    after: Snapshot
    group: int = 0
    """Edits of one block share a number and are one step; 0 stands alone."""
    shared: SharedEdit | None = field(default=None, compare=False)
    """Edit of several recordings that this step is part of; None for one of this recording alone."""

    def settled(self, new_ids: Mapping[int, int]) -> Step:
        """Return the step with some regions under new ids; no later edit becomes part of it."""
        return replace(
            self, before=with_new_ids(self.before, new_ids), after=with_new_ids(self.after, new_ids), group=0
        )

    @property
    def reverse(self) -> Step:
        """The step that takes this one back."""
        return replace(self, before=self.after, after=self.before)

    def applied(self, now: Snapshot) -> Snapshot:
        """Do what this step did to the present state, and nothing else, whatever came in from elsewhere since."""
        return self.after if now == self.before else merge(self.before, self.after, now, keep="theirs").snapshot


@dataclass(frozen=True, slots=True)
class History:
    """Steps that can be undone, oldest first, and steps that can be redone, next one last."""

    undone_last: tuple[Step, ...] = ()
    redone_last: tuple[Step, ...] = ()

    @property
    def undo_name(self) -> str:
        """Name of the step that undo takes back; empty when there is none."""
        return self.undone_last[-1].name if self.undone_last else ""

    @property
    def redo_name(self) -> str:
        """Name of the step that redo does again; empty when there is none."""
        return self.redone_last[-1].name if self.redone_last else ""

    def pushed(self, step: Step) -> History:
        """Return the history after one more edit; what could be redone is gone, the oldest steps fall off."""
        steps = self.undone_last
        if steps and step.group and steps[-1].group == step.group:
            step = replace(step, name=steps[-1].name, before=steps[-1].before)
            steps = steps[:-1]
        return History(_capped((*steps, step)))

    def undone(self) -> tuple[History, Step]:
        """Return the history after one undo, and the step to take back."""
        *rest, step = self.undone_last
        return History(tuple(rest), (*self.redone_last, step)), step

    def redone(self) -> tuple[History, Step]:
        """Return the history after one redo, and the step to do again."""
        *rest, step = self.redone_last
        return History((*self.undone_last, step), tuple(rest)), step

    def moved(self, shared: SharedEdit, direction: Direction) -> tuple[History, Step] | None:
        """Return the history after the step of a shared edit was undone or redone, whatever was done since.

        None when there is no such step.
        """
        source, target = self.undone_last, self.redone_last
        if direction == "redo":
            source, target = target, source
        step = next((step for step in reversed(source) if step.shared is shared), None)
        if step is None:
            return None
        rest = tuple(other for other in source if other is not step)
        target = (*target, step)
        return (History(rest, target) if direction == "undo" else History(target, rest)), step

    def settled(self, new_ids: Mapping[int, int]) -> History:
        """Return the history after something came in from elsewhere.

        Parameters
        ----------
        new_ids
            New ids of regions that had to move.
        """
        return History(
            tuple(step.settled(new_ids) for step in self.undone_last),
            tuple(step.settled(new_ids) for step in self.redone_last),
        )

    @property
    def roi_ids(self) -> frozenset[int]:
        """Ids of all regions that any step knows."""
        steps = (*self.undone_last, *self.redone_last)
        return frozenset(roi_id for step in steps for state in (step.before, step.after) for roi_id in state.rois.ids)


def _capped(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    steps = steps[-MOST_STEPS:]
    present = {_identity(record) for record in steps[-1].after.records}
    seen, total = set(present), 0
    for index in range(len(steps) - 1, -1, -1):
        for record in steps[index].before.records:
            if _identity(record) not in seen:
                seen.add(_identity(record))
                total += record.table_bytes
        if total > MOST_TABLE_BYTES and index < len(steps) - 1:
            return steps[index + 1 :]
    return steps


def _identity(record: Record) -> int:
    return id(record.held_table)
