"""Waiting for a state, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
_PAUSE_S = 0.03


def wait_until(ask: Callable[[], Answer], what: str, *, timeout_s: float = 20) -> Answer:
    """Ask again and again until the answer is true, and return it.

    Raises
    ------
    TimeoutError
        When the answer is still false after ``timeout_s``; it tells what was awaited and the last answer.
    """
    deadline = time.monotonic() + timeout_s
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} is still {answer!r} after {timeout_s} s")
        time.sleep(_PAUSE_S)
    return answer
