"""How a session shows its recordings besides what is saved with each of them."""

from __future__ import annotations

from typing import Any, Literal

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.core.contrast import ChannelContrast, ContrastSet
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.auto_contrast import AutoContrast
from cloudscope_widgets.store.independent_observers import IndependentObservers
from cloudscope_widgets.store.pixel_counts import PixelCounts

Side = Literal["both", "min", "max"]


class Display(IndependentObservers):
    """Choices of the person who looks; shared by all widgets of a session, never saved and never undone."""

    is_composite = T.Bool(False)  # noqa: FBT003  (traitlets' default value)
    """True where the channels are shown together, each in its colour."""
    has_clipped_marks = T.Bool(False)  # noqa: FBT003  (traitlets' default value)
    """True where pixels beyond the limits are marked."""
    auto_contrast = T.Instance(AutoContrast, args=())
    """How limits are found from the pixels."""
    first_contrast = T.Instance(ContrastSet, args=())
    """Contrast with which recordings without any are shown; of other channels it is found from the pixels."""

    def contrast_of(self, acquisition: Acquisition, channel: int, pixels: PixelCounts | None) -> ChannelContrast | None:
        """Contrast that is shown: the recording's own, or one to begin with, which is no edit.

        Parameters
        ----------
        acquisition
            Recording that is shown.
        channel
            Its channel.
        pixels
            Counts of its pixel values, None when they are not known yet.

        Returns
        -------
        The contrast; None when it stands on pixels that are not counted yet.
        """
        given = acquisition.contrast.get(channel) or self.first_contrast.get(channel)
        if given is not None or pixels is None:
            return given
        return ChannelContrast(*self.auto_contrast.limits(pixels))

    def set_automatic(self, acquisition: Acquisition, channel: int, side: Side = "both") -> bool:
        """Set limits of a channel, or one of them, to what is found from its pixels, as one undoable step.

        Returns
        -------
        Whether the picture changes. When it does not, nothing is edited.
        """
        pixels = acquisition.pixel_counts(channel)
        low, high = self.auto_contrast.limits(pixels)
        shown = self.contrast_of(acquisition, channel, pixels) or ChannelContrast(low, high)
        value_min = shown.value_min if side == "max" else low
        value_max = shown.value_max if side == "min" else high
        if value_min > value_max:  # the other side was moved past the one that is found
            value_min, value_max = low, high
        return set_look(self, acquisition, channel, **{**_look(shown), "value_min": value_min, "value_max": value_max})


def set_look(display: Display, acquisition: Acquisition, channel: int, **look: Any) -> bool:  # noqa: ANN401  (numbers, a name)
    """Set limits, colour table and gamma of a channel as one undoable step, unless it is shown so already.

    Returns
    -------
    Whether the picture changes.
    """
    shown = display.contrast_of(acquisition, channel, acquisition.known_pixel_counts(channel))
    if shown is not None and _look(shown) == look:
        return False
    acquisition.set_contrast(channel, **look)
    return True


def only_looks(contrast: ContrastSet) -> ContrastSet:
    """Return a contrast without what belongs to the one recording that it comes from."""
    return ContrastSet({channel: ChannelContrast(**_look(shown)) for channel, shown in contrast.items()})


def share_contrast(contrast: ContrastSet, recordings: tuple[Acquisition, ...]) -> int:
    """Give a contrast to recordings, one undoable step in each, and return how many of them it has changed."""
    changed = 0
    for acquisition in recordings:
        before = acquisition.contrast
        with acquisition.edit("Apply contrast to all files"):
            for channel, shown in contrast.items():
                if channel < acquisition.header.channels:
                    acquisition.set_contrast(channel, **_look(shown))
        changed += acquisition.contrast != before
    return changed


def _look(shown: ChannelContrast) -> dict[str, Any]:
    return {name: getattr(shown, name) for name in ("value_min", "value_max", "color_lut", "gamma")}
