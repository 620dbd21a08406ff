"""What results draw on the image, such as the edges of a vessel, as a page needs it for what is in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

import numpy as np

from cloudscope_widgets.core.kinds import kind_of
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.shown_result import shown_result
from cloudscope_widgets.widgets.analysis.trace_points import between, drawn_line
from cloudscope_widgets.widgets.analysis.view import Overlay
from cloudscope_widgets.widgets.analysis.views import view_of

MOST_POINTS = 1400
"""Of one line in view and a screen to either side of it."""
_DECIMALS = 2


class OverlayState(TypedDict):
    """One line on the image; it breaks where a number is null."""

    name: str
    rows: list[float]
    cols: list[float | None]
    style: Literal["line", "dashed", "points"]
    is_stale: bool


def shown_overlays(session: Session, analyses: Sequence[str] | None) -> list[tuple[Overlay, bool]]:
    """Lines of the results of some analyses that are shown, None for all; each with whether its result is stale."""
    records = () if session.acquisition is None else session.acquisition.records
    names = dict.fromkeys(record.analysis_name for record in records)
    shown = (shown_result(session, name) for name in names if _is_drawn(name, analyses))
    return [
        (overlay, found.record.is_stale(found.place.acquisition))
        for found in shown
        if found is not None
        for overlay in view_of(found.record.analysis_name).overlays(found.record, found.place)
    ]


def _is_drawn(name: str, analyses: Sequence[str] | None) -> bool:
    return kind_of(name) is not None and (analyses is None or name in analyses)


def overlay_states(found: list[tuple[Overlay, bool]], rows: tuple[float, float]) -> list[OverlayState]:
    """Lines as a page draws them while rows from ``rows[0]`` to ``rows[1]`` are in view."""
    return [_state(overlay, rows, is_stale=is_stale) for overlay, is_stale in found]


def _state(overlay: Overlay, view: tuple[float, float], *, is_stale: bool) -> OverlayState:
    half = (view[1] - view[0]) / 2
    part = between(overlay.rows, view[0] - half, view[1] + half)
    rows, cols = drawn_line(overlay.rows[part], overlay.cols[part], most=MOST_POINTS)
    return {
        "name": overlay.name,
        "rows": np.round(rows, _DECIMALS).tolist(),
        "cols": [None if np.isnan(col) else round(float(col), _DECIMALS) for col in cols],
        "style": overlay.style,
        "is_stale": is_stale,
    }
