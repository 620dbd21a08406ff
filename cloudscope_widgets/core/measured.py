"""What a result was measured in: region, calibration and image, as its provenance says, or as it was when it was read.

Results of other programs, and events, do not say it. For them ``Record.measured`` holds ``roi`` (bounds),
``calibration`` and ``image`` (fingerprint), as they were when the result was first seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Calibration

Bounds = tuple[int, int, int, int]

_SIZES = ("seconds_per_line", "um_per_pixel")
_BOUNDS = 4
_LABELS = ("time_label", "space_label")


def measured_facts(
    provenance: Mapping[str, Any], measured: Mapping[str, Any], names: tuple[str, ...] = ("roi", "calibration", "image")
) -> FrozenDict:
    """What a result was measured in: what its provenance says, and for the rest how it was first seen."""
    facts = {name: provenance.get(name) or measured.get(name) for name in names}
    return FrozenDict({name: fact for name, fact in facts.items() if fact})


def calibration_words(calibration: Calibration) -> dict[str, Any]:
    """Calibration that every program knows; what is known of the scan changes no result of another program."""
    return {name: getattr(calibration, name) for name in (*_SIZES, *_LABELS, "source")}


def says_itself(provenance: Mapping[str, Any]) -> bool:
    """Whether a provenance names all that its result was measured in."""
    return bool(provenance.get("roi") and provenance.get("calibration") and fingerprint_of(provenance))


def fingerprint_of(facts: Mapping[str, Any]) -> str:
    """Fingerprint of the image of a result; empty when it is not known."""
    image = facts.get("image")
    return str(image.get("fingerprint") or "") if isinstance(image, Mapping) else ""


def image_name(facts: Mapping[str, Any]) -> str:
    """Name of the image file of a result; empty when it is not known."""
    image = facts.get("image")
    return str(image.get("name") or "") if isinstance(image, Mapping) else ""


def bounds_of(facts: Mapping[str, Any]) -> Bounds | None:
    """Bounds of the region of a result; None when they are not known."""
    found = facts.get("roi")
    is_whole = isinstance(found, list | tuple) and all(type(bound) is int for bound in found)
    return tuple(found) if is_whole and len(found) == _BOUNDS else None  # type: ignore[arg-type]  # checked


def calibration_of(facts: Mapping[str, Any], present: Calibration) -> Calibration:
    """Calibration with which a result was made; the present one for what is not known of it."""
    said = facts.get("calibration")
    if not isinstance(said, Mapping):
        return present
    names = {item.name for item in fields(Calibration)}
    unsaid = {"dwell_s": None, "scan_direction": None}
    try:
        return replace(present, **{**unsaid, **{name: value for name, value in said.items() if name in names}})
    except (TypeError, ValueError):  # as a file may hold it
        return present


def line_time_of(facts: Mapping[str, Any]) -> float | None:
    """Time per line with which a result was made; None when it is not known."""
    said = facts.get("calibration")
    found = said.get("seconds_per_line") if isinstance(said, Mapping) else None
    is_size = isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found) and found > 0
    return float(found) if is_size and found is not None else None
