"""Contrast of the open recording: histogram with two handles, gamma, colour table, automatic limits."""

from __future__ import annotations

from typing import Any, TypedDict, cast, get_args

from cloudscope_widgets.core.contrast import ContrastSet
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.display import Side, set_look
from cloudscope_widgets.store.pixels.auto_contrast import AutoContrast, AutoMode
from cloudscope_widgets.store.pixels.counts import PixelCounts
from cloudscope_widgets.widgets.contrast.contrast_state import (
    IS_AUTOMATIC,
    NO_CONTRAST,
    ShownContrast,
    count_pixels_of,
    shown_contrast,
    uncounted_channels,
)
from cloudscope_widgets.widgets.kit.alone import session_of
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import Choice, Flag, Number, Text, Whole
from cloudscope_widgets.widgets.kit.latest_request_queue import Errands

_GAMMA = Number(0.05, 20.0)


class HistogramState(TypedDict):
    """Counts of equal steps of the pixel value of the shown channel."""

    start: float
    step: float
    counts: list[int]
    below: int
    """Pixels of the sample below the first step."""
    above: int
    is_whole: bool
    """True where pixels hold whole numbers only."""


class AutoState(TypedDict):
    """How limits are found from the pixels."""

    mode: AutoMode
    low_percent: float
    high_percent: float
    deviations: float
    is_shared: bool
    """True where recordings begin with the contrast that was applied to all files."""


class ContrastBar(SessionWidget):
    """Contrast of the open recording of a session; the page changes pictures at once and tells Python at the end."""

    _esm = bundle("contrast_bar")
    contrast = state(ShownContrast, NO_CONTRAST)
    histogram = state(HistogramState | None, None)
    """None until the pixels of the shown channel have been counted."""
    auto = state(AutoState | None, None)

    shows_alone = True

    def __init__(self, session: Any, **layout: Any) -> None:  # noqa: ANN401  (see below; of ipywidgets.Layout)
        """Show a session, or a recording or an array alone; ``layout`` are arguments of ``ipywidgets.Layout``."""
        shared = session_of(session)
        self._errands = Errands(lambda error: self.fail(error, "Reading the image"))
        super().__init__(shared, **layout)
        self.subscriptions.on_acquisition(self._draw, "contrast")
        self.subscriptions.on(shared.selection, self._draw, "channel")
        self.subscriptions.on(shared.display, self._draw, *shared.display.trait_names())

    def close(self) -> None:
        """Let go of the session and of the page."""
        if not hasattr(self, "session"):
            return  # what it was given cannot be shown
        self._errands.close()
        super().close()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until the pixels of the histogram are counted; TimeoutError when that takes longer."""
        self._errands.wait(timeout_s)

    # ------------------------------------------------------------ state, downwards
    def _draw(self) -> None:
        """Bring all that the page shows to the state of the session, as one message."""
        with self._draw_lock, self.hold_sync():
            acquisition = self.session.acquisition
            self.contrast = shown_contrast(self.session)
            self.auto = self._auto_state()
            counts = None if acquisition is None else acquisition.known_pixel_counts(self.contrast["channel"])
            self.histogram = None if counts is None else _histogram_state(counts)
            channels = uncounted_channels(self.session, has_histogram=True)
            if acquisition is not None and channels:
                self._errands.want("pixels", [count_pixels_of(acquisition, channels, self._draw)])

    def _auto_state(self) -> AutoState:
        display = self.session.display
        found = display.auto_contrast
        return {
            "mode": found.mode,
            "low_percent": found.low_percent,
            "high_percent": found.high_percent,
            "deviations": found.deviations,
            "is_shared": len(display.first_contrast) > 0,
        }

    # ------------------------------------------------------------ commands
    @command(
        "contrast.set",
        recording=Text(40),
        channel=Whole(0, 10_000),
        value_min=Number(),
        value_max=Number(),
        gamma=_GAMMA,
        color_lut=Text(40),
    )
    def _set_contrast(self, *, recording: str, channel: int, **look: Any) -> None:  # noqa: ANN401  (checked above)
        if recording != self.contrast["recording"]:
            raise ValueError("another recording is shown by now; its contrast was left as it is")
        set_look(self.session.display, self._open(), channel, **look)

    @command("contrast.auto", side=Choice(get_args(Side)))
    def _find_contrast(self, *, side: str) -> None:
        """Find both limits from the pixels, or one of them."""
        if not self.session.display.set_automatic(self._open(), self.contrast["channel"], cast("Side", side)):
            self.say(IS_AUTOMATIC)

    @command(
        "auto.set",
        mode=Choice(get_args(AutoMode)),
        low_percent=Number(0, 100),
        high_percent=Number(0, 100),
        deviations=Number(0.01, 100),
    )
    def _set_auto(self, *, mode: str, **numbers: float) -> None:
        """Choose how limits are found; a channel whose contrast was chosen before gets such limits as one step."""
        self.session.display.auto_contrast = AutoContrast(mode=cast("AutoMode", mode), **numbers)
        acquisition, channel = self.session.acquisition, self.contrast["channel"]
        chosen = self.session.display.first_contrast.keys() | (acquisition.contrast if acquisition else {}).keys()
        if acquisition is not None and channel in chosen:
            self.session.display.set_automatic(acquisition, channel)

    @command("display.set", is_composite=Flag(), has_clipped_marks=Flag())
    def _set_display(self, *, is_composite: bool, has_clipped_marks: bool) -> None:
        self.session.display.is_composite = is_composite
        self.session.display.has_clipped_marks = has_clipped_marks

    @command("channel.set", channel=Whole(0, 10_000))
    def _select_channel(self, *, channel: int) -> None:
        if channel >= self._open().header.channels:
            raise ValueError(f"there is no channel {channel} of this image")
        self.session.selection.channel = channel

    @command("contrast.share")
    def _share_contrast(self) -> None:
        """Show all recordings like this one."""
        self.session.apply_contrast_to_all()
        count = len(self.session.recordings())
        files = "the open file" if count < 2 else f"{count} open files"  # noqa: PLR2004  (one, or several)
        said = f"Contrast applied to {files}. Others begin with it when opened, unless they have one of their own."
        self.say(said, about=self.session)

    @command("contrast.unshare")
    def _stop_sharing(self) -> None:
        """Let recordings begin with limits found from their own pixels again."""
        self.session.display.first_contrast = ContrastSet()
        self.say("Files opened from now on begin with automatic contrast again.", about=self.session)

    def _open(self) -> Acquisition:
        """Return the open recording; ValueError when there is none."""
        if self.session.acquisition is None:
            raise ValueError("no recording is open; choose one first")
        return self.session.acquisition


def _histogram_state(pixels: PixelCounts) -> HistogramState:
    found = pixels.histogram()
    return {
        "start": found.start,
        "step": found.step,
        "counts": list(found.counts),
        "below": found.below,
        "above": found.above,
        "is_whole": pixels.is_whole,
    }
