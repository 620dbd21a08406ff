"""Time and memory of one call, and an end to a call that would never end."""

from __future__ import annotations

import signal
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_PEAK_RESET = "5"
_KIB = 1024
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Measured(Generic[_Answer]):
    """What a call gave, and what it took."""

    answer: _Answer
    duration_s: float
    peak_bytes: int
    """Memory of the process above what it had before; of Python alone where the system does not tell."""


def measured(call: Callable[[], _Answer], *, limit_s: float) -> Measured[_Answer]:
    """Call, and measure; TimeoutError when it has not returned after twice the limit."""
    is_told = _reset_peak()
    if not is_told:
        tracemalloc.start()
    before = _memory("VmRSS") if is_told else 0
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, 2 * limit_s)
    started = time.perf_counter()
    try:
        answer = call()
        duration_s = time.perf_counter() - started
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        peak = _memory("VmHWM") - before if is_told else tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return Measured(answer, duration_s, peak)


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError("the call did not return")


def _reset_peak() -> bool:
    """Let the peak of memory count from now; False where the system has no such count."""
    try:
        _CLEAR.write_text(_PEAK_RESET)
    except OSError:
        return False
    return True


def _memory(name: str) -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * _KIB
