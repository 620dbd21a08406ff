"""The measure of time and memory sees what it is there for."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.faults.measuring import measured


def test_memory_that_was_taken_and_given_back_is_seen() -> None:
    found = measured(lambda: len(bytes(b"x" * 80 * 1024**2)), limit_s=2.0)
    assert found.answer == 80 * 1024**2
    assert 80 * 1024**2 * 0.95 < found.peak_bytes < 300 * 1024**2
    assert measured(lambda: 1, limit_s=2.0).peak_bytes < 8 * 1024**2


def test_a_call_that_never_returns_is_ended() -> None:
    with pytest.raises(TimeoutError, match="did not return"):
        measured(lambda: threading.Event().wait(), limit_s=0.05)


def test_a_call_that_waits_for_a_pipe_is_ended(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TimeoutError, match="did not return"):
        measured((tmp_path / "pipe").read_bytes, limit_s=0.05)
