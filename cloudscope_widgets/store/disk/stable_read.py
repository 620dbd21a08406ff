"""Reading saved files that another program may be writing at this moment: unfinished is not damaged."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cloudscope_widgets.core.header import Header
from cloudscope_widgets.io.commit.file_state import Stamps, file_stamps, is_written_in_place, last_change_s
from cloudscope_widgets.io.format.bundle import Bundle, read_bundle

QUIET_S = 1.0
"""Files written in place are read when nobody has written them for this long: tables come after the sidecar."""
UNREADABLE_AFTER_S = 5.0
"""What cannot be read this long after the last change is called unreadable."""
LONGEST_WAIT_S = 20.0
"""A file that is written all the time is taken as it is after this long."""
PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time comes from; tests bring their own."""

    now_s: Callable[[], float] = time.monotonic
    wall_s: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Settled:
    """What files hold that nobody is writing, and their stamps."""

    bundle: Bundle
    stamps: Stamps


class Settling:
    """Looks at saved files again and again until they are whole.

    Parameters
    ----------
    image
        Path of the image.
    header
        What the image itself says.
    known
        Stamps of the files as they were read last; empty when they never were.
    clock
        Where time comes from.
    """

    def __init__(self, image: Path, header: Header, known: Stamps, clock: Clock) -> None:
        """Begin without having looked."""
        self._image, self._header, self._known, self._clock = image, header, known, clock
        self._seen: Stamps | None = None
        self._began_s = self._changed_s = clock.now_s()

    def look(self) -> Settled | None:
        """Read the files if they are whole by now; None while somebody seems to be writing them."""
        stamps, now_s = file_stamps(self._image), self._clock.now_s()
        if stamps != self._seen:
            age_s = self._clock.wall_s() - last_change_s(stamps) if self._seen is None else 0.0
            self._seen, self._changed_s = stamps, now_s - max(age_s, 0.0)
        quiet_s = now_s - self._changed_s
        is_late = now_s - self._began_s >= LONGEST_WAIT_S
        if quiet_s < QUIET_S and is_written_in_place(self._known, stamps) and not is_late:
            return None
        bundle = read_bundle(self._image, self._header)
        if file_stamps(self._image) != stamps and not is_late:
            return None
        if not bundle.is_whole and quiet_s < UNREADABLE_AFTER_S:
            return None
        return Settled(bundle, stamps)


def read_settled(image: Path, header: Header, known: Stamps, clock: Clock) -> Settled:
    """Read the saved files, and wait for that while another program is writing them; parameters of ``Settling``."""
    settling = Settling(image, header, known, clock)
    while (found := settling.look()) is None:
        clock.sleep(PAUSE_S)
    return found
