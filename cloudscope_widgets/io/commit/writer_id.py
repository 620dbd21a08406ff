"""Who writes: the name of a process in the names of its unfinished files, so that others can tell whether it lives."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache

from cloudscope_widgets.io.platform.process import process_mark, process_started

_PARTS = 4


@dataclass(frozen=True, slots=True)
class Writer:
    """One writing of one process."""

    place: str
    """Hash of the machine and, in a container, of its process numbers."""
    process: int
    started: str
    """When the process was started, since numbers are used again; empty where the system does not say."""
    token: str
    """Random, for this one writing."""

    @classmethod
    def of_this_process(cls) -> Writer:
        """Name a new writing of this process."""
        process = os.getpid()
        return cls(_place(), process, process_started(process) or "", secrets.token_hex(4))

    @classmethod
    def parse(cls, name: str) -> Writer | None:
        """Read the name of a writer, None for any other text."""
        parts = name.split("-")
        if len(parts) != _PARTS or not (parts[1].isascii() and parts[1].isdigit()):
            return None
        return cls(parts[0], int(parts[1]), parts[2], parts[3])

    @property
    def name(self) -> str:
        """Name without spaces and dots, for file names."""
        return f"{self.place}-{self.process}-{self.started}-{self.token}"

    @property
    def is_elsewhere(self) -> bool:
        """Whether it belongs to another machine or container, so that nobody here can tell whether it lives."""
        return self.place != _place()

    @property
    def is_living(self) -> bool:
        """Whether its process runs on this machine."""
        return not self.is_elsewhere and process_started(self.process) == self.started


@lru_cache(maxsize=1)
def _place() -> str:
    mark = process_mark()
    return hashlib.sha256(f"{mark.host}:{mark.space}".encode()).hexdigest()[:8]
