"""A process that saves as CloudScope does: no lock, no comparison, each file cut to nothing and then written.

Usage: ``python -m tests.faults.foreign_writer IMAGE NAME ROUNDS``

It adds a region of its own name each time, to what it read a moment ago.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from cloudscope_widgets.io.paths import sidecar_path, table_path

PAUSE_S = 0.15
LONGEST_EDIT_S = 0.6
"""Between reading and writing, in which others save what is then written over."""


def main(image: Path, name: str, rounds: int) -> None:
    """Rewrite JSON, then the table, with pauses in which the files are cut off."""
    chance = random.Random(name)  # noqa: S311  (no secret)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in range(rounds):
        document = whole(sidecar_path(image))
        used = [0, *(roi["roi_id"] for roi in document["rois"]), *(one["roi_id"] for one in document["analysis"])]
        region = {
            **document["rois"][0],
            "roi_id": max(used) + 1,
            "name": f"{name}-{number}",
            "data": {"row_start": number % 190, "row_stop": number % 190 + 9, "col_start": 0, "col_stop": 9},
        }
        document["rois"].append(region)
        table = table_path(image, "radon_velocity").read_bytes()
        time.sleep(chance.uniform(0, LONGEST_EDIT_S))
        rewrite(sidecar_path(image), json.dumps(document, indent=2).encode(), chance)
        rewrite(table_path(image, "radon_velocity"), table, chance)
        sys.stdout.write(json.dumps({"region": region["name"]}) + "\n")
        sys.stdout.flush()
        time.sleep(chance.uniform(0.5, 2.0))  # a person does something else


def whole(path: Path) -> dict[str, Any]:
    """Parse a sidecar; ours are never seen half."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def rewrite(path: Path, raw: bytes, chance: random.Random) -> None:
    """Write in place, slowly."""
    with path.open("wb") as file:
        time.sleep(chance.uniform(0, PAUSE_S))
        for start in range(0, len(raw), max(len(raw) // 3, 1)):
            file.write(raw[start : start + max(len(raw) // 3, 1)])
            file.flush()
            time.sleep(chance.uniform(0, PAUSE_S))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
