"""How a session shows its recordings besides what is saved with each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.core.contrast import ChannelContrast, ContrastSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.independent_observers import IndependentObservers
from cloudscope_widgets.store.pixels.auto_contrast import AutoContrast
from cloudscope_widgets.store.pixels.counts import PixelCounts
from cloudscope_widgets.store.shared_edit import Direction, SharedEdit

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


def share_contrast(
    contrast: ContrastSet, origin: Acquisition, recordings: Iterable[Acquisition], display: Display
) -> int:
    """Give a contrast to recordings, as one edit of all, and let those that are opened later begin with it.

    Parameters
    ----------
    contrast
        Contrast of each channel.
    origin
        Recording that it comes from.
    recordings
        The others.
    display
        How recordings are shown that have no contrast.

    Returns
    -------
    Count of recordings that have changed.
    """
    before, after = display.first_contrast, only_looks(contrast)

    def also(direction: Direction) -> None:
        now, then = (after, before) if direction == "undo" else (before, after)
        if display.first_contrast == now:
            display.first_contrast = then

    def change(now: Snapshot) -> Snapshot:
        shown = now.contrast
        for channel, look in contrast.items():
            if channel < now.header.channels:
                shown = shown.updated(channel, **_look(look))
        return replace(now, contrast=shown)

    display.first_contrast = after
    shared = SharedEdit("Apply contrast to all files", also)
    others = [other for other in recordings if other is not origin]
    changed = sum([other.apply_shared(shared, other.path, change, is_origin=False) for other in others])
    has_effect = changed > 0 or before != after
    return changed + origin.apply_shared(shared, origin.path, change, is_origin=has_effect)


def _look(shown: ChannelContrast) -> dict[str, Any]:
    return {name: getattr(shown, name) for name in ("value_min", "value_max", "color_lut", "gamma")}
