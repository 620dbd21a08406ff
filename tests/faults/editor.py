"""A process that edits a recording until it is killed; it tells when it made each edit.

Usage: ``python -m tests.faults.editor FOLDER``
"""

from __future__ import annotations

import sys
import time

import cloudscope_widgets as cs

PAUSE_S = 0.02


def main(folder: str) -> None:
    """Count up in the note of the recording, and say so on stdout."""
    session = cs.Session(folder)  # which keeps drafts as long as somebody holds it
    acquisition = session.select("cell.tif")
    number = 0
    while True:
        number += 1
        acquisition.update_experiment(note=str(number))
        sys.stdout.write(f"{number} {time.monotonic()}\n")
        sys.stdout.flush()
        time.sleep(PAUSE_S)  # a hand on the keyboard is not faster


if __name__ == "__main__":
    main(sys.argv[1])
