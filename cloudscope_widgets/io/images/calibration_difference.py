"""How a saved calibration differs from what the image, or the text beside it, says now."""

from __future__ import annotations

import math
from dataclasses import replace

from cloudscope_widgets.core.header import Calibration, CalibrationSource, Header
from cloudscope_widgets.core.notice import Notice

SAME = 1e-6
"""Numbers that differ by less than this share are the same one, written with fewer digits."""
WORTH_TELLING = 1e-4
"""Smallest share by which numbers differ that is told: text and tags of one microscope are rounded differently."""
_FEW_DIGITS, _MANY_DIGITS = 4, 9


def source_of_saved(saved: Calibration, found: Calibration) -> CalibrationSource:
    """Where a calibration comes from that stands in a sidecar: from where the image has it, if it is the same."""
    if _is_same_time(saved, found) and _is_same_space(saved, found):
        return found.source
    return "saved" if saved.is_time_known or saved.is_space_known else "default"


def image_calibration(shown: Header, image: Header) -> Calibration:
    """What the image and the text beside it say of the layout that is shown."""
    return image.in_layout(shown.layout).calibration if image.has_layout(shown.layout) else image.calibration


def difference_notice(name: str, saved: Header, image: Header) -> str:
    """Say with both values where a saved calibration differs from that of the image; empty where it does not.

    Parameters
    ----------
    name
        Of the image.
    saved
        With the saved calibration.
    image
        As the image itself says, before any saved calibration.
    """
    now, found = saved.calibration, image_calibration(saved, image)
    axes = []
    if found.is_time_known and not _is_same_time(now, found, WORTH_TELLING):
        axes.append((_time_words, "without time per line"))
    if found.is_space_known and not _is_same_space(now, found, WORTH_TELLING):
        axes.append((_space_words, "without pixel size"))
    if not axes:
        return ""
    known = now.is_time_known, now.is_space_known
    is_told_apart = all(words(now, _FEW_DIGITS) != words(found, _FEW_DIGITS) for words, _ in axes)
    digits = _FEW_DIGITS if is_told_apart else _MANY_DIGITS
    theirs = " and ".join(words(found, digits) for words, _ in axes)
    if not any(known):
        ours = "without calibration"
    else:
        ours = "with " + " and ".join(words(now, digits) or missing for words, missing in axes)
        ours = ours.replace("with without", "without")
    typed = f", which {'was' if len(axes) == 1 else 'were'} entered by hand" if now.source == "typed" else ""
    who = "the microscope's text says" if found.source == "text" else "the image says"
    return Notice(f"{name} was saved {ours}{typed}, but {who} {theirs}. The saved calibration is used.", "calibration")


def with_image_calibration(now: Calibration, found: Calibration) -> Calibration:
    """Calibration with all that the image says; what it does not say stays."""
    after = now
    if found.is_time_known:
        after = replace(after, seconds_per_line=found.seconds_per_line, time_label=found.time_label)
    if found.is_space_known:
        after = replace(after, um_per_pixel=found.um_per_pixel, space_label=found.space_label)
    after = replace(
        after,
        dwell_s=found.dwell_s if found.dwell_s is not None else now.dwell_s,
        scan_direction=found.scan_direction or now.scan_direction,
    )
    return replace(after, source=source_of_saved(after, found))


def _is_same_time(one: Calibration, other: Calibration, share: float = SAME) -> bool:
    is_equal = math.isclose(one.seconds_per_line, other.seconds_per_line, rel_tol=share)
    is_alike = one.is_time_known and other.is_time_known
    return is_equal and (is_alike or one.time_label == other.time_label)


def _is_same_space(one: Calibration, other: Calibration, share: float = SAME) -> bool:
    is_equal = math.isclose(one.um_per_pixel, other.um_per_pixel, rel_tol=share)
    is_alike = one.is_space_known and other.is_space_known
    return is_equal and (is_alike or one.space_label == other.space_label)


def _time_words(calibration: Calibration, digits: int) -> str:
    return f"{calibration.seconds_per_line * 1000:.{digits}g} ms per line" if calibration.is_time_known else ""


def _space_words(calibration: Calibration, digits: int) -> str:
    return f"{calibration.um_per_pixel:.{digits}g} µm per pixel" if calibration.is_space_known else ""
