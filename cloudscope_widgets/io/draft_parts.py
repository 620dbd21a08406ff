"""Large results of a draft in files of their own, so that an edit of one word does not write them again.

A part is named after its content. It is written before the draft that refers to it, and never changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cloudscope_widgets.io.platform.files import long_path

PART_ENDING = ".part"
LEAST_BYTES = 32 * 1024
"""A smaller result stands in the draft itself."""
_KIND, _VALUE = "kind", "value"
_PART = "part"
_KEY = ("analysis_name", "channel", "roi_id")

Parts = dict[str, bytes]
"""Content of parts by their names."""


def taken_apart(state: Mapping[str, Any]) -> tuple[dict[str, Any], Parts]:
    """Document of a snapshot with references in the place of its large results, and these."""
    parts: Parts = {}
    records = []
    for record in state["records"]:
        raw = json.dumps(record).encode("ascii")
        if len(raw) < LEAST_BYTES:
            records.append(record)
            continue
        name = hashlib.sha256(raw).hexdigest()[:32]
        parts[name] = raw
        key = {item: record[_VALUE][item] for item in _KEY}
        records.append({_KIND: _PART, _VALUE: {**key, "name": name}})
    return {**state, "records": records}, parts


def put_together(state: Mapping[str, Any], draft: Path, stem: str) -> dict[str, Any]:
    """Document of a snapshot with its large results; where one cannot be read, the reference stays."""
    records = [_whole(record, draft, stem) for record in state.get("records", ())]
    return {**state, "records": records}


def _whole(record: Any, draft: Path, stem: str) -> Any:  # noqa: ANN401  (as it was read)
    if not isinstance(record, Mapping) or record.get(_KIND) != _PART:
        return record
    name = str(record[_VALUE]["name"])
    with contextlib.suppress(OSError, ValueError):
        raw = Path(long_path(part_path(draft, stem, name))).read_bytes()
        if hashlib.sha256(raw).hexdigest()[:32] == name:
            return json.loads(raw)
    return record


def part_path(draft: Path, stem: str, name: str) -> Path:
    """Where a part of a draft stands; ``stem`` is the name of the draft without its ending."""
    return draft.with_name(f"{stem}.{name}{PART_ENDING}")


def part_paths(draft: Path, stem: str) -> Iterator[Path]:
    """Parts of a draft that are on disk."""
    with contextlib.suppress(OSError):  # there is no folder
        for path in draft.parent.iterdir():
            if path.name.startswith(f"{stem}.") and path.name.endswith(PART_ENDING):
                yield path
