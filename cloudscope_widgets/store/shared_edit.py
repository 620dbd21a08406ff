"""One edit of several recordings, which one undo takes back in all of them that have not changed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from weakref import ReferenceType, ref

Direction = Literal["undo", "redo"]


class Member(Protocol):
    """A recording that has a step of a shared edit."""

    def follow_shared(self, shared: SharedEdit, direction: Direction) -> bool | None:
        """Undo or redo the step; False when the recording has changed since, None when there is nothing to do."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """What undo or redo has done."""

    name: str
    """Name of the step."""
    direction: Direction
    followed: tuple[Path, ...] = ()
    """Other recordings in which the same step was undone or redone."""
    kept: tuple[Path, ...] = ()
    """Recordings that stay as they are, because they have changed since or are not open any more."""

    @property
    def message(self) -> str:
        """The same as sentences for the user."""
        said = f"{'Undone' if self.direction == 'undo' else 'Done again'}: {self.name}"
        count = len(self.followed)
        others = f", also in {count} other file{'' if count == 1 else 's'}" if count else ""
        return f"{said}{others}.{self._kept_words()}"

    def _kept_words(self) -> str:
        if not self.kept:
            return ""
        is_one = len(self.kept) == 1
        stays = "stays as it is: it was" if is_one else "stay as they are: they were"
        return f" {_listed([path.name for path in self.kept])} {stays} changed or closed since."


class SharedEdit:
    """An edit that was made in several recordings at once."""

    def __init__(self, name: str, also: Callable[[Direction], None]) -> None:
        """Begin without recordings.

        Parameters
        ----------
        name
            What is done, in words for the undo list.
        also
            Takes back, or does again, what belongs to the edit besides.
        """
        self.name = name
        self._also = also
        self._members: dict[Path, ReferenceType[Member]] = {}

    def add(self, path: Path, member: Member) -> None:
        """Take note of a recording that was changed."""
        self._members[path] = ref(member)

    def follow(self, origin: Member, direction: Direction, *, is_kept: bool) -> StepReport:
        """Undo or redo the edit in all recordings but the one in which that was asked for.

        Parameters
        ----------
        origin
            Recording that has done it already.
        direction
            Undo or redo.
        is_kept
            True when that recording could not do it.
        """
        self._also(direction)
        followed: list[Path] = []
        kept: list[Path] = []
        for path, held in self._members.items():
            member = held()
            done = (
                not is_kept if member is origin else False if member is None else member.follow_shared(self, direction)
            )
            if done is False:
                kept.append(path)
            elif done and member is not origin:
                followed.append(path)
        return StepReport(self.name, direction, tuple(followed), tuple(kept))


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
