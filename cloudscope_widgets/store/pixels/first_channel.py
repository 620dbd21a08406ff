"""Which channel of a colour picture is shown first: exports of one green channel have two that are black."""

from __future__ import annotations

from typing import Any

import numpy as np

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.read_ahead import scattered_lines
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
        variances = [_variance(acquisition.lines(channel)) for channel in range(acquisition.header.channels)]
    except ImageReadError:
        return None
    return int(np.argmax(variances))


def channel_notice(acquisition: Acquisition, channel: int) -> str:
    """Tell which channel of a colour picture was chosen."""
    return (
        f"{acquisition.path.name} is a colour picture of {acquisition.header.channels} channels. Channel {channel} is "
        "shown, the one that varies most."
    )


def _variance(pixels: Any) -> float:  # noqa: ANN401  (anything that can be sliced)
    """Variance of the finite pixels of some lines, 0 when there are none."""
    rows = np.unique(np.linspace(0, len(pixels) - 1, _LINES).astype(np.intp))
    sample = np.concatenate(scattered_lines(pixels, [slice(row, row + 1) for row in rows.tolist()])).astype(np.float64)
    finite = sample[np.isfinite(sample)]
    return float(finite.var()) if finite.size else 0.0
