"""How a velocity is shown: its trace with rejected windows, from zero, with or without its sign."""

from __future__ import annotations

from cloudscope_widgets.core.kinds import VELOCITY
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.widgets.analysis.measurement_site import Place
from cloudscope_widgets.widgets.analysis.velocity.numbers import VelocityTrace, velocity_trace
from cloudscope_widgets.widgets.analysis.view import PlainView, Trace


class VelocityView(PlainView):
    """Trace of the velocity; its numbers stand in a line of their own."""

    kind = VELOCITY

    def traces(self, record: Record, site: Place) -> tuple[Trace, ...]:
        """The velocity itself."""
        return (shown_velocity(velocity_trace(record, site.roi, site.acquisition.header.calibration)),)


def shown_velocity(velocity: VelocityTrace) -> Trace:
    """Trace of a velocity as it is drawn."""
    return Trace(
        name="velocity",
        label="Velocity",
        unit=velocity.unit,
        time=velocity.time,
        value=velocity.velocity,
        rejected=velocity.rejected,
        doubtful=velocity.at_zero,
        axis="from_zero",
        unsigned_label="Speed",
        is_judged=velocity.is_judged,
    )
