"""Measure the velocity of the whole image in every recording of a folder: python measure_a_folder.py DIR."""

from __future__ import annotations

import sys

import cloudscope_widgets as cs


def measured(session: cs.Session, name: str) -> str:
    """Measure one recording and say what was found."""
    acq = session.select(name)
    roi = acq.rois[0] if len(acq.rois) else acq.add_rect(name="whole image")
    summary = acq.analyze("radon_velocity", roi_id=roi.roi_id).summary
    unit = "µm/s" if acq.header.calibration.is_known else "px/line"
    return f"{summary['velocity_median']:10.3f} {unit}  {summary['accepted_fraction']:.1%} of windows kept"


def main(folder: str) -> int:
    """Measure and save all recordings; the exit code counts those that failed."""
    session = cs.Session(folder)
    failed = 0
    for entry in session.wait_for_scan():
        try:
            found = measured(session, entry.relative)
        except cs.CloudScopeError as error:
            failed += 1
            found = f"skipped: {error}"
        print(f"{entry.relative:40}  {found}")
    print(session.save_all().message)
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
