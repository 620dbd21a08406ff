"""Where a result comes from: what has changed since, and the same as sentences for a paper.

Provenance is a mapping of ``roi`` (bounds), ``calibration``, ``image`` (name, fingerprint), ``versions``, ``method``
(of the analysis itself, with its own ``sentences``), ``utc``, ``run_id`` and ``table_sha256``, and ``parent_run_id`` of
a result that stands on another one. Results of other programs have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.measured import bounds_of, fingerprint_of

CORRECTED_RECIPROCAL = "corrected_reciprocal"
"""Key, in memory only, of a velocity that CloudScope saved as a reciprocal and that was put right when it was read."""

_CALIBRATION_WORDS = {
    "seconds_per_line": "the time per line",
    "um_per_pixel": "the pixel size",
    "dwell_s": "the dwell time",
    "scan_direction": "the scan direction",
}
_SOURCE_WORDS = {
    "file": "read from the image file",
    "text": "read from the microscope's text file",
    "typed": "entered by hand",
    "saved": "read from a saved file, which does not say where it comes from",
    "default": "not known, so that results are in lines and pixels",
}


def calibration_facts(calibration: Calibration) -> dict[str, Any]:
    """Calibration as it stands in a provenance."""
    return asdict(calibration)


def is_foreign(provenance: Mapping[str, Any]) -> bool:
    """Whether a result with this provenance was made by another program, so that nobody knows how."""
    return "method" not in provenance


def changes_since(
    provenance: Mapping[str, Any],
    *,
    bounds: tuple[int, int, int, int] | None,
    calibration: Calibration,
    fingerprint: str,
) -> tuple[str, ...]:
    """What has changed since a result with this provenance was made, in words.

    Parameters
    ----------
    provenance
        Of the result, or what else is known of it; facts that it does not name are taken as unchanged.
    bounds
        Present bounds of the region, None when it is gone.
    calibration
        Present calibration.
    fingerprint
        Of the present image; empty when unknown.
    """
    then = bounds_of(provenance)
    changed = ["the region"] if then is not None and then != bounds else []
    said = provenance.get("calibration")
    before, now = said if isinstance(said, Mapping) else {}, calibration_facts(calibration)
    changed += [words for name, words in _CALIBRATION_WORDS.items() if name in before and before[name] != now[name]]
    image = fingerprint_of(provenance)
    if image and fingerprint and image != fingerprint:
        changed.append("the image")
    return tuple(changed)


def methods_text(provenance: FrozenDict) -> str:
    """How a result was made, as sentences for the methods section of a paper."""
    if is_foreign(provenance):
        return "This result was made by another program, which did not save how."
    sentences = [*provenance["method"].get("sentences", ()), _calibration_sentence(provenance)]
    versions = provenance.get("versions") or {}
    if versions:
        sentences.append(f"Software: {', '.join(f'{name} {version}' for name, version in versions.items())}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _calibration_sentence(provenance: FrozenDict) -> str:
    said = provenance.get("calibration")
    if not said:
        return ""
    source = _SOURCE_WORDS.get(said["source"], "")
    if said["source"] == "default":
        return f"The calibration was {source}."
    calibration = Calibration(**said)
    known = [f"lines were {calibration.seconds_per_line * 1000:.4g} ms apart"] if calibration.is_time_known else []
    known += [f"pixels {calibration.um_per_pixel:.4g} µm wide"] if calibration.is_space_known else []
    text = " and ".join(known)
    return f"{text[:1].upper()}{text[1:]} ({source})." if text else ""
