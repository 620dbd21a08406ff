"""Commands of the command line that work on folders."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cloudscope_widgets.core.errors import CloudScopeError
from cloudscope_widgets.study.check import CheckedVelocity, check_folder, check_table
from cloudscope_widgets.study.export import write_export


def check(arguments: Sequence[str]) -> int:
    """Run ``check DIR``; returns its exit code, 1 when a velocity is reciprocal or could not be checked."""
    parser = argparse.ArgumentParser(
        prog="cloudscope-widgets check",
        description="List the saved velocities of a folder, and which of them are reciprocals of the truth, with the "
        "old and the new mean. Nothing in the folder is written.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of recordings")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the table as CSV, outside of the folder")
    given = parser.parse_args(arguments)
    if given.csv is not None and given.csv.resolve().is_relative_to(given.folder.resolve()):
        parser.error(f"{given.csv} lies in {given.folder}, where nothing is written; choose another place")
    try:
        checked = list(check_folder(given.folder))
    except CloudScopeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    table = check_table(checked)
    sys.stdout.write(f"{table.to_string(index=False, na_rep='–')}\n\n" if checked else "")
    sys.stdout.write(f"{_words(checked)}\n")
    if given.csv is not None:
        write_export(table, given.csv)
    return int(any(item.verdict != "right" for item in checked))


def _words(checked: Sequence[CheckedVelocity]) -> str:
    velocities = [item for item in checked if item.roi_id is not None]
    if not checked:
        return "No saved velocity was found."
    wrong = sum(item.verdict == "reciprocal" for item in velocities)
    failed = sum(item.verdict not in {"reciprocal", "right"} for item in checked)
    sentences = [f"{wrong} of {len(velocities)} saved velocities are reciprocals of the truth."]
    if wrong:
        sentences.append("They are shown put right; run velocity again to save the true numbers.")
    if failed:
        sentences.append(f"{failed} could not be checked.")
    return " ".join(sentences)
