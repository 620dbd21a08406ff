"""Undo and redo as an immutable list of snapshots; unchanged parts are shared between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot

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

    def undone(self) -> tuple[History, Snapshot]:
        """Return the history after one undo, and the snapshot to go back to."""
        *rest, step = self.undone_last
        return History(tuple(rest), (*self.redone_last, step)), step.before

    def redone(self) -> tuple[History, Snapshot]:
        """Return the history after one redo, and the snapshot to go forward to."""
        *rest, step = self.redone_last
        return History((*self.undone_last, step), tuple(rest)), step.after


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
