"""What tells one process from all others on Linux, macOS and Windows, each with a fallback."""

from __future__ import annotations

import getpass
import importlib
import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """What tells one process from all others, on this and other machines."""

    host: str
    """Name of the machine."""
    boot: str
    """Names the time since the machine was started last; empty where that is not known."""
    space: str
    """Names the container in which process numbers count; empty where there is none."""
    pid: int
    started: str
    """When the process began, as the system says it; empty where that is not known."""


def process_mark() -> ProcessMark:
    """Mark of this process."""
    pid = os.getpid()
    return ProcessMark(
        host=f"{platform.node()}:{_line(Path('/etc/machine-id'))[:8]}",
        boot=_line(Path("/proc/sys/kernel/random/boot_id")),
        space=_process_space(),
        pid=pid,
        started=process_started(pid) or "",
    )


def is_running(mark: ProcessMark) -> bool | None:
    """Whether a process still runs; None when that cannot be known from here, as on another machine."""
    here = process_mark()
    if mark.host != here.host:
        return None
    if mark.boot != here.boot:
        return False
    if mark.space != here.space:
        return None
    started = process_started(mark.pid)
    return None if started == "" or mark.started == "" else started == mark.started


def process_started(pid: int) -> str | None:
    """When a process began, in words of the system; None when there is no such process, empty when nobody knows."""
    if platform.system() == "Linux":
        stat_line = _line(Path(f"/proc/{pid}/stat"))
        state, *fields = stat_line.rpartition(")")[2].split() or [""]
        return None if state in {"", "Z", "X"} else fields[18]
    try:
        psutil = importlib.import_module("psutil")
    except ImportError:
        return ""
    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:  # it runs, but belongs to somebody else
        return ""


def _process_space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _line(path: Path) -> str:
    """First line of a small file of the system, empty when there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0].strip()
    except OSError:
        return ""


def user_name() -> str:
    """Name of the user of this process; empty when the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
