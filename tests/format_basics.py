"""Rules of the shared format, and what each check of them needs: the bundle that is checked, and JSON and numbers."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

OURS = "cloudscope_widgets"
"""Key of a summary under which our parameters and our provenance stand."""
RULES = {
    "json": "UTF-8 without byte order mark, one JSON object, no key twice, no bare NaN or Infinity",
    "layout": "indented by two, keys sorted",
    "version": "version is the whole number 2",
    "top": "the required keys, and no others but contrast and reference image",
    "experiment": "exactly the fifteen fields, text but for depth and branch_order",
    "header": "exactly the twelve keys; sizes above 0",
    "roi keys": "exactly the keys of a region and of its bounds, version 1.0",
    "roi values": "ids of their own from 1, whole-number bounds inside the image",
    "record keys": "exactly the keys of a result",
    "record known": "only analyses that CloudScope knows, each once per channel and region",
    "parents first": "a child stands behind its parent",
    "own region": "velocity and diameter never share channel and region",
    "record region": "the region of a result is there",
    "summary": "begins with date, time and version, and has all numbers of its analysis",
    "params": "no key in the parameters but those that CloudScope knows",
    "ours": "our parameters and our provenance, and nothing else, under the one key of the summary",
    "event keys": "exactly the keys of an event and of the summary of events",
    "event values": "known type, ids of their own from 1, duration |x1 − x0|, no statistics of nothing",
    "contrast": "known colour table, whole numbers, exactly five keys",
    "tables": "exactly our columns, LF, no comments, a line for each row, numbers, nothing empty",
    "table rows": "lines of each result together, as many as its summary counts, in the order of the results",
    "table hash": "the hash that the provenance names is that of the lines",
    "other files": "no other file whose name begins with that of the image",
    "event table": "x0 and x1 count from the first line of the table: its numbers in there are those of the statistics",
    "own file": "version 2, known keys, and only written when it holds something",
    "own records": "results of analyses that CloudScope does not know, each once per channel and region, of their kind",
    "own tables": "tables with tabs of those results: columns, LF, a line for each row, the hash of the provenance",
    "own peaks": "what is said of a peak, by id and line, is said of one that is there",
    "own regions": "what is said of a region is said of one that is there",
    "quality": "by analysis, channel and region, of the very table, a value for each line",
    "measured": "image, region and calibration of each result that does not say them itself, of no other",
    "hidden folder": "no image in .cloudscope",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that one file breaks."""

    rule: str
    file: str
    what: str

    def __post_init__(self) -> None:
        """Refuse a rule that is not listed."""
        if self.rule not in RULES:
            raise KeyError(self.rule)


@dataclass
class Checked:
    """One bundle while it is checked."""

    image: Path
    skipped: frozenset[str]
    """SHA-256 of files that another program wrote and nobody has changed since."""
    found: list[Violation] = field(default_factory=list)

    def expect(self, rule: str, what: str, *, holds: bool, file: str = ".json") -> bool:
        """Note a break of a rule where something does not hold, and return whether it does."""
        if not holds:
            self.found.append(Violation(rule, f"{self.image.name}{file}", what[:300]))
        return holds

    def raw(self, file: str) -> bytes | None:
        """Bytes of the file with this ending; None when it is not there or as another program wrote it."""
        path = self.image.with_name(f"{self.image.name}{file}")
        is_there = path.name in {entry.name for entry in self.image.parent.iterdir()}  # a name may be too long to ask
        raw = path.read_bytes() if is_there and path.is_file() else None
        return None if raw is None or sha256(raw).hexdigest() in self.skipped else raw


def parsed_document(bundle: Checked, raw: bytes, file: str) -> dict[str, Any] | None:
    problems: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        problems.extend(
            f"the key {key} twice" for key in {key for key, _ in pairs} if [k for k, _ in pairs].count(key) > 1
        )
        return dict(pairs)

    def constant(name: str) -> None:
        problems.append(f"a bare {name}")

    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=unique, parse_constant=constant)
    except ValueError as error:
        bundle.expect("json", str(error), holds=False, file=file)
        return None
    is_object = bundle.expect("json", "no JSON object", holds=isinstance(found, dict), file=file)
    bundle.expect("json", ", ".join(problems), holds=not problems, file=file)
    laid_out = json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False)
    bundle.expect("layout", "not indented by two with sorted keys", holds=laid_out == raw.decode("utf-8"), file=file)
    return found if is_object else None


def is_whole(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return isinstance(value, int) and not isinstance(value, bool)


def is_id(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return is_whole(value) and value >= 1


def is_number(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
