"""A disk that is full at any moment of a save: the older state stays, or the new one is there."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.failing_calls import Call, error
from tests.faults.saves import SCENARIOS, TRUE, Case, new_case, told_and_found

pytestmark = pytest.mark.plants_files()  # contents that tell which save they belong to, and nothing true
STEP_BYTES = 4096
LINES = 200


def size_of(made: Case) -> int:
    return sum(len(raw or b"") for raw in (*made.old.values(), *made.new.values()))


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0, reason="not run: only root on Linux may mount a disk"
)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_real_disk_that_is_full_is_told_as_it_is(tmp_path: Path, scenario: str) -> None:
    needed = size_of(new_case(tmp_path, scenario, LINES))
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    told: list[str] = []
    for free in range(0, 4 * needed, STEP_BYTES):
        done = subprocess.run(  # noqa: S603
            ["mount", "-t", "tmpfs", "-o", f"size={4 * needed + free}", "tmpfs", mounted],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"not run: no file system in memory here: {done.stderr.strip()}")
        try:
            made = new_case(mounted, scenario, LINES)
            leave_free(mounted, free)
            outcome = told_and_found(made)
            assert outcome in TRUE, f"{free} bytes free: {outcome}"
            told.append(outcome[0])
        finally:
            subprocess.run(["umount", mounted], check=True)  # noqa: S603, S607
    assert (told[0], told[-1]) == ("not saved", "saved")


def leave_free(folder: Path, free: int) -> None:
    """Fill a disk but for some bytes."""
    status = os.statvfs(folder)
    (folder / "filler").write_bytes(bytes(max(status.f_bavail * status.f_bsize - free, 0)))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_disk_that_takes_no_more_bytes_is_told_as_it_is(tmp_path: Path, scenario: str) -> None:
    needed = size_of(new_case(tmp_path, scenario, LINES))
    told: list[str] = []
    for free in range(0, 2 * needed, STEP_BYTES):
        written: list[int] = []

        def fill(call: Call, _at: int, free: int = free, written: list[int] = written) -> None:
            if call[0] in {"write", "sendfile"}:
                written.append(len(call[1][1]) if call[0] == "write" else call[1][3])
                if sum(written) > free:
                    raise error(errno.ENOSPC)

        outcome = told_and_found(new_case(tmp_path, scenario, LINES), before=fill)
        assert outcome in TRUE, f"{free} bytes free: {outcome}"
        told.append(outcome[0])
    assert (told[0], told[-1]) == ("not saved", "saved")
