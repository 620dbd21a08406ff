"""Whatever call of the operating system fails during a save, the user is told what is the fact."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudscope_widgets.io.paths import work_folder
from cloudscope_widgets.io.platform import files as platform
from tests.faults.failing_calls import Call, error
from tests.faults.saves import SCENARIOS, TRUE, calls_of_a_save, new_case, told_and_found

ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: forcing to a disk is not the matter here."""
    memory = Path("/dev/shm")  # noqa: S108  (the folder made there has a name of its own)
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "REPLACE_PAUSES_S", (0.0,))


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("number", ERRORS, ids=lambda number: errno.errorcode[number])
def test_a_call_that_fails_once_is_told_as_it_is(folder: Path, scenario: str, number: int) -> None:
    calls = calls_of_a_save(folder, scenario)
    told: set[str] = set()
    for failing in range(1, len(calls) + 1):

        def fail(_call: Call, at: int, failing: int = failing) -> None:
            if at == failing:
                raise error(number)

        made = new_case(folder, scenario)
        outcome = told_and_found(made, before=fail)
        assert outcome in TRUE, f"call {failing} of {len(calls)}, {calls[failing - 1]}: {outcome}"
        told.add(outcome[0])
        left = [path.name for path in work_folder(made.image).glob("*.tmp") if calls[failing - 1][0] != "unlink"]
        assert left == [], f"call {failing} of {len(calls)}, {calls[failing - 1]}: {left} stayed"
    assert told == {"saved", "not saved"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_kind_of_call_that_fails_from_some_moment_on_is_told_as_it_is(folder: Path, scenario: str) -> None:
    calls = calls_of_a_save(folder, scenario)
    for failing in range(1, len(calls) + 1):
        kind = calls[failing - 1][0]

        def fail(call: Call, at: int, failing: int = failing, kind: str = kind) -> None:
            if at >= failing and call[0] == kind:
                raise error(errno.EIO)

        outcome = told_and_found(new_case(folder, scenario), before=fail)
        assert outcome in TRUE, f"{kind} from call {failing} of {len(calls)} on, {calls[failing - 1]}: {outcome}"


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError])
def test_an_interruption_at_any_step_is_told_as_it_is(
    folder: Path, scenario: str, when: str, kind: type[BaseException]
) -> None:
    calls = calls_of_a_save(folder, scenario)
    told: set[str] = set()
    for failing in range(1, len(calls) + 1):

        def interrupt(_call: Call, at: int, failing: int = failing) -> None:
            if at == failing:
                raise kind

        made = new_case(folder, scenario)
        outcome = told_and_found(made, **{when: interrupt})
        assert outcome in TRUE, f"{when} call {failing} of {len(calls)}, {calls[failing - 1]}: {outcome}"
        told.add(outcome[0])
    assert told == {"saved", "interrupted"}
