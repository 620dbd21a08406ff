"""Which channel of a colour picture is shown first: exports of one green channel have two that are black."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.read_ahead import scattered_reading
from cloudscope_widgets.store.acquisition import Acquisition

_LINES = 64


def most_varied_channel(acquisition: Acquisition) -> int | None:
    """Return the channel of a colour picture with the largest variance in a sample of lines.

    Returns
    -------
    None for any other image, and for one that cannot be read, which says so when it is shown.
    """
    if not acquisition.header.is_rgb:
        return None
    try:
        variances = [_variance(acquisition.pixels(channel)) for channel in range(acquisition.header.channels)]
    except ImageReadError:
        return None
    return int(np.argmax(variances))


def channel_notice(acquisition: Acquisition, channel: int) -> str:
    """Tell which channel of a colour picture was chosen."""
    return (
        f"{acquisition.path.name} is a colour picture of {acquisition.header.channels} channels. Channel {channel} is "
        "shown, the one that varies most."
    )


def _variance(pixels: NDArray[Any]) -> float:
    """Variance of the finite pixels of some lines, 0 when there are none."""
    rows = np.unique(np.linspace(0, len(pixels) - 1, _LINES).astype(np.intp))
    with scattered_reading(pixels, rows):
        sample = np.asarray(pixels[rows], np.float64)
    finite = sample[np.isfinite(sample)]
    return float(finite.var()) if finite.size else 0.0
