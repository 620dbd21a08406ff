"""How the channels of a recording are shown: limits, colour table, gamma."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.numbers import LARGEST_ID, checked_number, checked_whole

LUT_NAMES = (
    "Gray", "Inverted Gray", "Viridis", "Plasma", "Hot", "Jet", "Cool", "Rainbow", "Red", "Green", "Blue",
)  # fmt: skip
"""Colour tables that the shared file format knows."""

OWN_LUTS: Mapping[str, str] = {"Fire": "Hot"}
"""Colour tables that only this program has, each with the one that stands for it in the shared format."""

ALL_LUT_NAMES = (*LUT_NAMES, *OWN_LUTS)
"""Colour tables that can be chosen."""


@dataclass(frozen=True, slots=True)
class ChannelContrast:
    """Contrast of one channel, in the values of the image."""

    value_min: float
    """Pixel value shown darkest."""
    value_max: float
    """Pixel value shown brightest."""
    color_lut: str = "Gray"
    gamma: float = 1.0
    img_min: float | None = field(default=None, compare=False)
    """Smallest pixel value of the channel, a fact of the image; None when not known."""
    img_max: float | None = field(default=None, compare=False)
    """Largest pixel value of the channel, None when not known."""
    extra: FrozenDict = EMPTY
    """Keys of the saved file that this program does not know, a colour table that it lacks included."""

    def __post_init__(self) -> None:
        """Refuse limits, gamma or a colour table that cannot be drawn, or could not be saved."""
        for name in ("value_min", "value_max", "img_min", "img_max"):
            value = getattr(self, name)
            if value is not None or name.startswith("value"):
                object.__setattr__(self, name, checked_number(name, value))
        object.__setattr__(self, "gamma", checked_number("gamma", self.gamma))
        if self.gamma <= 0:
            msg = f"gamma must be a positive number, got {self.gamma}"
            raise ValueError(msg)
        if self.value_min > self.value_max:
            msg = f"value_min must not be above value_max, got {self.value_min} and {self.value_max}"
            raise ValueError(msg)
        if self.color_lut not in ALL_LUT_NAMES:
            msg = f"unknown colour table {self.color_lut!r}; choose one of {', '.join(ALL_LUT_NAMES)}"
            raise ValueError(msg)

    @property
    def shared_lut(self) -> str:
        """Colour table as the shared format names it."""
        return OWN_LUTS.get(self.color_lut, self.color_lut)


class ContrastSet(Mapping[int, ChannelContrast]):
    """Contrast of the channels that have one, by channel index."""

    __slots__ = ("_channels",)
    _channels: dict[int, ChannelContrast]

    def __init__(self, channels: Mapping[int, ChannelContrast] | None = None) -> None:
        """Copy ``channels``, sorted by index."""
        numbered = {
            checked_whole("a channel", channel, least=0, most=LARGEST_ID): shown
            for channel, shown in (channels or {}).items()
        }
        object.__setattr__(self, "_channels", dict(sorted(numbered.items())))

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: an edit makes a new set."""
        msg = f"a ContrastSet cannot be changed (tried to set {name}); use updated"
        raise AttributeError(msg)

    def __getitem__(self, channel: int) -> ChannelContrast:
        """Contrast of one channel."""
        return self._channels[channel]

    def __iter__(self) -> Iterator[int]:
        """Channel indices in ascending order."""
        return iter(self._channels)

    def __len__(self) -> int:
        """Count of channels with a contrast of their own."""
        return len(self._channels)

    def __hash__(self) -> int:
        """Hash over all channels."""
        return hash(tuple(self._channels.items()))

    def __repr__(self) -> str:
        """Show as the dict it holds."""
        return f"ContrastSet({self._channels!r})"

    def __reduce__(self) -> tuple[type[ContrastSet], tuple[dict[int, ChannelContrast]]]:
        """Pickle as the dict it holds."""
        return ContrastSet, (self._channels,)

    def updated(self, channel: int, **changes: Any) -> ContrastSet:  # noqa: ANN401  (fields of ChannelContrast)
        """Return a copy with some fields of one channel changed, or the channel added."""
        present = self._channels.get(channel)
        if present is not None and "color_lut" in changes:
            changes = {"extra": present.extra.without("color_lut"), **changes}
        changed = ChannelContrast(**changes) if present is None else replace(present, **changes)
        return ContrastSet({**self._channels, channel: changed})
