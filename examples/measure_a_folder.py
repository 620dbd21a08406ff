"""Measure the velocity of the whole image in every recording of a folder, and save: python measure_a_folder.py DIR."""

from __future__ import annotations

import sys

import cloudscope_widgets as cs

ROW = "{:<40}  {:>12}  {:<8}  {:>8}"


def whole_image(acq: cs.Acquisition) -> int:
    """Id of the region that covers the whole image; it is added when there is none."""
    lines, columns = acq.header.shape
    for roi in acq.rois:
        if isinstance(roi, cs.RectRoi) and roi.bounds == (0, lines, 0, columns):
            return roi.roi_id
    return acq.add_rect(name="whole image").roi_id


def unit(acq: cs.Acquisition) -> str:
    """Unit of the velocities of a recording."""
    calibration = acq.header.calibration
    return f"{'µm' if calibration.is_space_known else 'px'}/{'s' if calibration.is_time_known else 'line'}"


def measured(acq: cs.Acquisition) -> tuple[str, str, str]:
    """Median velocity of the whole image, its unit, and the share of windows that were accepted; all saved."""
    summary = acq.analyze("radon_velocity", roi_id=whole_image(acq)).summary
    acq.save()
    median = summary["velocity_median"]
    return "–" if median is None else f"{median:.3f}", unit(acq), f"{summary['accepted_fraction']:.1%}"


def main(folder: str) -> int:
    """Print a line for every recording; the exit code is 1 when one or more could not be measured or saved."""
    try:
        session = cs.Session(folder)
    except cs.CloudScopeError as error:
        sys.exit(str(error))
    failed = 0
    print(ROW.format("recording", "median", "unit", "accepted"))
    for entry in session.wait_for_scan():
        try:
            print(ROW.format(entry.relative, *measured(session.select(entry.path))))
        except cs.CloudScopeError as error:
            failed += 1
            print(f"{entry.relative:<40}  skipped: {error}")
    print(f"{len(session.files) - failed} of {len(session.files)} recordings measured and saved.")
    return int(failed > 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  (the script and its folder)
        sys.exit("usage: python measure_a_folder.py DIR")
    sys.exit(main(sys.argv[1]))
