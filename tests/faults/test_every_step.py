"""A save that is killed between any two calls of the operating system is whole or not there at all.

The folder is copied before each call of one save: such a copy is what a process leaves that is killed at that moment.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cloudscope_widgets.io.commit.content import bytes_of
from cloudscope_widgets.io.commit.journal import Commit
from cloudscope_widgets.io.commit.journal_file import is_interrupted
from cloudscope_widgets.io.commit.recovery import recover
from cloudscope_widgets.io.platform import files as platform
from tests.faults.failing_calls import Call, Fault, error, faults
from tests.faults.generations import saved_paths
from tests.faults.saves import SCENARIOS, Case, Files, new_case

HELD = ".radon_velocity.csv"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "REPLACE_PAUSES_S", ())


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one, for thousands of copies."""
    memory = Path("/dev/shm")  # noqa: S108  (the folder made there has a name of its own)
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


def copies_before_each_call(home: Path, work: Callable[[], object], *, refusals: int = 0) -> list[Path]:
    """Copy a folder before each call that ``work`` makes; a table is held open for its first ``refusals`` renames."""
    hold, copies = held_open(refusals), list[Path]()
    is_copying = False

    def before(call: Call, _at: int) -> None:
        nonlocal is_copying
        if is_copying:
            return
        is_copying = True
        copies.append(home.with_name(f"{home.name}.{len(copies)}"))
        shutil.copytree(home, copies[-1])
        is_copying = False
        hold(call, 0)

    with faults(before=before):
        work()
    return copies


def held_open(refusals: int) -> Fault:
    """Refuse to replace a table for some times, as Windows does while Excel has it open."""
    left = iter(range(refusals))

    def hold(call: Call, _at: int) -> None:
        if call[0] == "replace" and str(call[1][1]).endswith(HELD) and next(left, None) is not None:
            raise error(errno.EACCES)

    return hold


def at(copy: Path, image: Path, files: Files) -> Files:
    """Give the same files in a copy of their folder."""
    return {copy / path.relative_to(image.parent): raw for path, raw in files.items()}


def check_copies(made: Case, copies: list[Path], old: Files, new: Files) -> None:
    """Recover in each copy: first all are of the older state, from the decision on all of the new one."""
    states = []
    for copy in copies:
        recovery = recover(copy / made.image.name)
        found = {path: bytes_of(path) for path in at(copy, made.image, new)}
        assert not is_interrupted(copy / made.image.name)
        assert (recovery.pending, recovery.notices) == ((), ())
        assert found in (at(copy, made.image, old), at(copy, made.image, new)), f"{copy}: mixed"
        states.append("new" if found == at(copy, made.image, new) else "old")
    assert states == sorted(states, reverse=True)
    assert set(states) == {"old", "new"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_save_killed_at_any_step_is_whole_or_not_there(folder: Path, scenario: str) -> None:
    made = new_case(folder, scenario)
    check_copies(made, copies_before_each_call(made.image.parent, made.save), made.old, made.new)


@pytest.mark.parametrize("refusals", [0, 1, 2], ids=["closed before", "closed meanwhile", "still held open"])
@pytest.mark.parametrize("is_replaced", [False, True], ids=["takes it along", "replaces it"])
def test_a_save_after_one_that_waits_is_whole_or_not_there(folder: Path, refusals: int, *, is_replaced: bool) -> None:
    made, done = new_case(folder, "replacing"), list[Commit]()
    table, other, sidecar = saved_paths(made.image)
    with faults(before=held_open(1)):
        assert made.save().pending == (table,)
    third = {**made.new, table if is_replaced else other: b"third", sidecar: b"third"}
    later = replace(made, old=made.new, new=third)
    copies = copies_before_each_call(made.image.parent, lambda: done.append(later.save()), refusals=refusals)
    assert done[0].pending == ((table,) if refusals == 2 else ())
    check_copies(later, [*copies], later.old, later.new)


def test_a_journal_that_cannot_be_marked_as_finished_never_counts_again(folder: Path) -> None:
    made = new_case(folder, "replacing")
    table, _, sidecar = saved_paths(made.image)
    with faults(before=held_open(1)):
        made.save()
    hold = held_open(1)

    def keep(call: Call, _at: int) -> None:
        hold(call, 0)
        if call[0] == "truncate" or (call[0] == "unlink" and str(call[1][0]).endswith(".tmp")):
            raise error(errno.EIO)

    later = replace(made, old=made.new, new={**made.new, table: b"third", sidecar: b"third"})
    with faults(before=keep):
        assert later.save().pending == ()
        recover(made.image)
    assert later.now() == later.new
    recover(made.image)
    assert later.now() == later.new
    assert not is_interrupted(made.image)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_recovery_killed_at_any_step_is_finished_by_the_next(folder: Path, scenario: str) -> None:
    made = new_case(folder, scenario)
    copies = copies_before_each_call(made.image.parent, made.save)
    decided = next(copy for copy in copies if is_interrupted(copy / made.image.name))
    again = copies_before_each_call(decided, lambda: recover(decided / made.image.name))
    assert len(again) > 20
    for copy in again:
        recover(copy / made.image.name)
        assert {path: bytes_of(path) for path in at(copy, made.image, made.new)} == at(copy, made.image, made.new)
        assert not is_interrupted(copy / made.image.name)
