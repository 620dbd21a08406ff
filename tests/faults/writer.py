"""A process that edits and saves one recording again and again, and tells what became of each edit.

Usage: ``python -m tests.faults.writer IMAGE NAME FIELD ROUNDS [KEPT]``

Each round adds a region of its own name, counts up in a field of its own, and writes into a note that all share. Of its
regions it leaves the last KEPT and deletes the one before, which must still be there; without KEPT it leaves all.
Between rounds the recording is sometimes opened anew. Each acknowledged save is one line of JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

import cloudscope_widgets as cs
from cloudscope_widgets.core.errors import SaveConflict, SaveError

MOST_TRIES = 20
LONGEST_PAUSE_S = 0.3
REOPENED = 0.1


def main(image: Path, name: str, field: str, rounds: int, kept: int) -> None:
    """Make ``rounds`` edits, and save each."""
    chance = random.Random(name)  # noqa: S311  (no secret)
    acquisition = cs.open(image)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in range(rounds):
        time.sleep(chance.uniform(0, LONGEST_PAUSE_S))  # so that the processes take turns in any order
        if chance.random() < REOPENED:
            acquisition = cs.open(image)
        told = {"region": f"{name}-{number}", "value": f"{name}-{number}", "note": f"{name}-{number}"}
        start = chance.randrange(150)
        with acquisition.edit("One round"):
            if number >= kept:
                told["missed"] = deleted(acquisition, f"{name}-{number - kept}")
            acquisition.add_rect(row_start=start, row_stop=start + 20, name=told["region"])
            acquisition.update_experiment(**{field: told["value"]})
            if chance.random() < 0.3:
                acquisition.update_experiment(note=told["note"])
        sys.stdout.write(json.dumps({**told, **saved(acquisition)}) + "\n")
        sys.stdout.flush()


def deleted(acquisition: cs.Acquisition, name: str) -> str:
    """Delete a region; returns its name when it was not there once."""
    found = [roi.roi_id for roi in acquisition.rois if roi.name == name]
    if len(found) != 1:
        return name
    acquisition.delete_roi(found[0])
    return ""


def saved(acquisition: cs.Acquisition) -> dict[str, object]:
    """Save, keep both where there is a conflict, and tell how it went, and which regions went with it."""
    conflicts: list[str] = []
    before = [roi.name for roi in acquisition.rois]
    for _ in range(MOST_TRIES):
        try:
            report = acquisition.resolve("keep_both") if conflicts else acquisition.save()
        except SaveConflict as error:
            conflicts += error.conflicts
        except SaveError as error:
            if "cannot be read" in str(error):
                return {"damaged": str(error)}
        else:
            left = {roi.name for roi in acquisition.rois}
            gone = [name for name in before if name not in left]
            return {"message": report.message, "conflicts": conflicts, "gone": gone}
    return {"gave_up": True}


if __name__ == "__main__":
    image_path, its_name, its_field, how_often, *how_many = sys.argv[1:]
    main(Path(image_path), its_name, its_field, int(how_often), int(how_many[0]) if how_many else sys.maxsize)
