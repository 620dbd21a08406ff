"""A process that saves one generation after the other until it is killed, and tells what it has begun and finished."""

from __future__ import annotations

import os
import signal
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

Prepare = Callable[[int], Callable[[], object]]
"""Makes the content of one generation and returns what saves it; that returns when it is saved for good."""

_BEGUN = b"B"
_FINISHED = b"F"
_FAILED = b"X"
_TOLD = struct.Struct("<cQ")


@dataclass(frozen=True, slots=True)
class Told:
    """What a victim told before it was killed."""

    begun: int
    """Last generation that it began to save."""
    finished: int
    """Last generation that it acknowledged; 0 for none."""
    saves: int
    """How many it acknowledged."""
    has_failed: bool

    @property
    def was_inside(self) -> bool:
        """Whether it was killed inside a save."""
        return self.begun > self.finished


@dataclass(slots=True)
class Victim:
    """A forked process; this one must have a single thread."""

    process: int
    pipe: int

    @classmethod
    def started(cls, prepare: Prepare, generation: int) -> Victim:
        """Fork a process that saves from ``generation`` on, and wait until it has begun."""
        read, write = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(read)
            _save_for_ever(prepare, generation, write)
        os.close(write)
        victim = cls(process, read)
        victim.first = os.read(read, _TOLD.size)
        return victim

    first: bytes = b""

    def killed_after(self, delay_s: float) -> Told:
        """Kill it after a while, whatever it does then."""
        time.sleep(delay_s)  # the moment must be any moment: no state to wait for
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        return self.last_words()

    def last_words(self) -> Told:
        """Read what it told until it ended."""
        raw = self.first
        while part := os.read(self.pipe, 65_536):
            raw += part
        os.close(self.pipe)
        said = [_TOLD.unpack_from(raw, place) for place in range(0, len(raw) - _TOLD.size + 1, _TOLD.size)]
        finished = [generation for word, generation in said if word == _FINISHED]
        begun = [generation for word, generation in said if word == _BEGUN]
        failed = any(word == _FAILED for word, _ in said)
        return Told(begun[-1], finished[-1] if finished else 0, len(finished), failed)


def _save_for_ever(prepare: Prepare, generation: int, pipe: int) -> None:
    try:
        while True:
            save = prepare(generation)
            os.write(pipe, _TOLD.pack(_BEGUN, generation))
            save()
            os.write(pipe, _TOLD.pack(_FINISHED, generation))
            generation += 1
    except OSError:  # the disk is gone, which is what some tests do to it
        os._exit(0)
    finally:
        os.write(pipe, _TOLD.pack(_FAILED, generation))
        os._exit(1)


def killed_inside(work: Callable[[], object], delay_s: float) -> None:
    """Run something in a process of its own and kill it after a while."""
    process = os.fork()
    if process == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(delay_s)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
