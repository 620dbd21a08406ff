"""What the user looks at: the selected region, channel and event, and the visible part of the recording."""

from __future__ import annotations

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.store.independent_observers import IndependentObservers


class Selection(IndependentObservers):
    """What is selected in the open recording; shared by all widgets of a session."""

    roi_id = T.Int(None, allow_none=True)
    """Selected region, None when there is none."""
    channel = T.Int(0, min=0)
    """Channel that is shown and measured."""
    event_id = T.Int(None, allow_none=True)
    """Selected event of the region, None when there is none."""
    cursor_s = T.Float(None, allow_none=True)
    """Time under the linked cursor, None when the pointer is elsewhere."""

    @T.observe("roi_id")
    def _forget_event(self, _change: object) -> None:
        """Select no event any more, since an event belongs to its region."""
        self.event_id = None


class ViewState(IndependentObservers):
    """Visible part of the open recording, in the units of its calibration; shared by all widgets of a session."""

    time_start = T.Float(0.0)
    """Absolute image time at the left edge."""
    time_stop = T.Float(1.0)
    """Absolute image time at the right edge."""
    position_start = T.Float(0.0)
    """Position at the lower edge."""
    position_stop = T.Float(1.0)
    """Position at the upper edge."""

    def show(self, *, time: tuple[float, float] | None = None, position: tuple[float, float] | None = None) -> None:
        """Show a range of time, of position or both; observers are told after all four numbers are set.

        Raises
        ------
        ValueError
            When a range does not go upwards.
        """
        for name, span in (("time", time), ("position", position)):
            if span is not None and not span[0] < span[1]:
                raise ValueError(f"a range of {name} must go upwards, got {span[0]} to {span[1]}")
        wanted = {**_named("time", time), **_named("position", position)}
        before = {name: getattr(self, name) for name in wanted}
        self._trait_values.update(wanted)  # all before anybody is told, and without holding back other threads
        for name, value in wanted.items():
            if value != before[name]:
                self.notify_change(T.Bunch(name=name, old=before[name], new=value, owner=self, type="change"))


def _named(what: str, span: tuple[float, float] | None) -> dict[str, float]:
    return {} if span is None else {f"{what}_start": float(span[0]), f"{what}_stop": float(span[1])}
