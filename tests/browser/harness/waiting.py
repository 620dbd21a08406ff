"""Waiting for a state, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 0.25
_LONGER = 1.4


def wait_until(ask: Callable[[], Answer], what: str, *, timeout_s: float = 20) -> Answer:
    """Ask again and again until the answer is true, and return it.

    Raises
    ------
    TimeoutError
        When the answer is still false after ``timeout_s``; it tells what was awaited and the last answer.
    """
    deadline, pause_s = time.monotonic() + timeout_s, _FIRST_PAUSE_S
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} is still {answer!r} after {timeout_s} s")
        time.sleep(pause_s)
        pause_s = min(pause_s * _LONGER, _LONGEST_PAUSE_S)  # who is asked all the time answers later
    return answer
