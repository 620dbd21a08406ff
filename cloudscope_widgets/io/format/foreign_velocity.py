"""Puts right in memory the velocities that CloudScope saved as reciprocals; what is on disk stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from cloudscope_widgets.analysis.events.statistics import with_statistics
from cloudscope_widgets.analysis.velocity.reciprocal import reciprocal_scale, velocity_from_angle
from cloudscope_widgets.analysis.velocity.summary import velocity_summary
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.provenance import CORRECTED_RECIPROCAL
from cloudscope_widgets.core.record import Record, RecordSet
from cloudscope_widgets.core.table_clock import TABLE_TIME

_VELOCITY = "radon_velocity"
_EVENT = "event"


def corrected_records(records: RecordSet, header: Header) -> RecordSet:
    """Return the records with reciprocal velocities, and the statistics of their events, put right.

    Parameters
    ----------
    records
        As they were read, events at the times of their table.
    header
        With the saved calibration.
    """
    for record in records:
        scale = _reciprocal_scale(record, header)
        if scale is None:
            continue
        corrected = _corrected(record, scale)
        records = records.stored(corrected)
        events = records.find((_EVENT, record.channel, record.roi_id))
        if events is not None:
            records = records.stored(with_statistics(events, corrected, TABLE_TIME))
    return records


def _reciprocal_scale(record: Record, header: Header) -> float | None:
    if record.analysis_name != _VELOCITY or record.held_table is None:
        return None
    theta_deg, velocity = (record.held_table[name].to_numpy(float) for name in ("theta_deg", "velocity"))
    return reciprocal_scale(theta_deg, velocity, header.um_per_pixel / header.seconds_per_line)


def _corrected(record: Record, scale: float) -> Record:
    table: pd.DataFrame = record.held_table.copy()  # type: ignore[union-attr]  # a record without table has no scale
    table["velocity"] = velocity_from_angle(table["theta_deg"].to_numpy(float), scale)
    return replace(
        record,
        held_table=table,
        summary=record.summary.merged(**velocity_summary(table["velocity"].to_numpy(float))),
        provenance=record.provenance.merged(**{CORRECTED_RECIPROCAL: True}),
    )
