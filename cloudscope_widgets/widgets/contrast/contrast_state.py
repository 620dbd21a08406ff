"""What the page needs to know to colour the pixels of the open recording; the same for all widgets of a session."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import TypedDict
from weakref import WeakKeyDictionary

from cloudscope_widgets.core.contrast import ChannelContrast
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.kit.latest_request_queue import Errand

COMPOSITE_CHANNELS = 3
"""Channels that are shown together, the first ones: there are three colours to add."""


class ContrastState(TypedDict):
    """How pixel values of one channel become colours."""

    value_min: float
    value_max: float
    color_lut: str
    gamma: float


class ShownContrast(TypedDict):
    """How the open recording is shown."""

    recording: str
    """Names the recording in this page, whichever widget shows it; empty when none is open."""
    channel: int
    channels: list[ContrastState | None]
    """Of every channel; None of one that is not shown, or whose limits have not been found yet."""
    has_clipped_marks: bool
    is_composite: bool


NO_CONTRAST: ShownContrast = {
    "recording": "",
    "channel": 0,
    "channels": [],
    "has_clipped_marks": False,
    "is_composite": False,
}
IS_AUTOMATIC = "The limits are automatic already; nothing was changed."
_names: WeakKeyDictionary[Acquisition, str] = WeakKeyDictionary()


def recording_name(acquisition: Acquisition) -> str:
    """Name under which all widgets of a page know an open recording."""
    return _names.setdefault(acquisition, secrets.token_hex(8))


def shown_channel(acquisition: Acquisition | None, channel: int) -> int:
    """Selected channel, or the first one where the image has no such channel."""
    return channel if acquisition is not None and channel < acquisition.header.channels else 0


def shown_contrast(session: Session) -> ShownContrast:
    """How the open recording of a session is shown, as far as it is known without reading pixels."""
    acquisition, display = session.acquisition, session.display
    if acquisition is None:
        return NO_CONTRAST
    needed = _needed(session, acquisition)
    return {
        "recording": recording_name(acquisition),
        "channel": shown_channel(acquisition, session.selection.channel),
        "channels": [
            _state(session, acquisition, channel) if channel in needed else None
            for channel in range(acquisition.header.channels)
        ],
        "has_clipped_marks": display.has_clipped_marks,
        "is_composite": display.is_composite and acquisition.header.channels > 1,
    }


def uncounted_channels(session: Session, *, has_histogram: bool) -> list[int]:
    """Channels of the open recording whose pixels must be counted before their contrast can be shown.

    Parameters
    ----------
    session
        What is shown.
    has_histogram
        True where the counts of the selected channel are shown themselves.
    """
    acquisition = session.acquisition
    if acquisition is None:
        return []
    selected = shown_channel(acquisition, session.selection.channel)
    unknown = [item for item in _needed(session, acquisition) if acquisition.known_pixel_counts(item) is None]
    return [
        item for item in unknown if (has_histogram and item == selected) or _state(session, acquisition, item) is None
    ]


def count_pixels_of(acquisition: Acquisition, channels: Iterable[int], done: Callable[[], None]) -> Errand:
    """Work that counts the pixels of channels and then calls ``done``; when it fails, ``done`` is not called."""

    def count() -> None:
        for channel in channels:
            acquisition.pixel_counts(channel)
        done()

    return count


def _needed(session: Session, acquisition: Acquisition) -> list[int]:
    """Channels that are shown, the selected one first."""
    together = range(min(COMPOSITE_CHANNELS, acquisition.header.channels)) if session.display.is_composite else ()
    return list(dict.fromkeys((shown_channel(acquisition, session.selection.channel), *together)))


def _state(session: Session, acquisition: Acquisition, channel: int) -> ContrastState | None:
    shown = session.display.contrast_of(acquisition, channel, acquisition.known_pixel_counts(channel))
    return None if shown is None else contrast_state(shown)


def contrast_state(shown: ChannelContrast) -> ContrastState:
    """Contrast as the page knows it."""
    return {
        "value_min": shown.value_min,
        "value_max": shown.value_max,
        "color_lut": shown.color_lut,
        "gamma": shown.gamma,
    }
