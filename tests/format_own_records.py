"""Rules of the results that CloudScope does not know: they stand in our own file, their tables have tabs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tests.format_basics import OURS, Checked, is_whole

SHARED = {"radon_velocity", "diameter", "sum_intensity", "heart_rate", "event"}
RECORD = {"analysis_name", "channel", "roi_id", "detection_params", "summary", "kind"}
KIND = {"label", "columns", "row_count", "quality", "parents"}
FILE = ".widgets.json"
_FIELD = re.compile(r"|True|False|-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?")


def check_own_records(bundle: Checked, own: Mapping[str, Any]) -> dict[str, bytes]:
    """Check the results in our own file, and return the tables that belong to them, by analysis."""
    records = own.get("records") or []
    places = [(item.get("analysis_name"), item.get("channel"), item.get("roi_id")) for item in records]
    bundle.expect("own records", f"{places} twice", holds=len(set(places)) == len(places), file=FILE)
    for item in records:
        _check_record(bundle, item)
    found: dict[str, bytes] = {}
    tabled = [item["analysis_name"] for item in records if _columns(item)]
    for name in dict.fromkeys(name for name in tabled if "/" not in name):
        table = bundle.raw(f".{name}.tsv")
        of_name = [item for item in records if item["analysis_name"] == name]
        if bundle.expect("own tables", f"no table of {name}", holds=table is not None or not _rows(of_name), file=FILE):
            found[name] = table or b""
            _check_table(bundle, name, table or b"", of_name)
    for path in bundle.image.parent.glob("*.tsv"):
        rest = path.name.removeprefix(bundle.image.name)
        is_ours = rest == path.name or rest[1:-4] in found
        bundle.expect("own tables", f"{path.name} belongs to no result", holds=is_ours, file=rest)
    return found


def _check_record(bundle: Checked, item: Mapping[str, Any]) -> None:
    name, kind = str(item.get("analysis_name")), item.get("kind") or {}
    keys = set(item) - {"package"}
    bundle.expect("own records", f"keys {keys ^ RECORD}", holds=keys == RECORD, file=FILE)
    is_name = re.fullmatch("[a-z][a-z0-9_]{0,59}", name) is not None and name not in SHARED
    bundle.expect("own records", f"name {name!r}", holds=is_name, file=FILE)
    bundle.expect("own records", f"kind {set(kind) ^ KIND}", holds=set(kind) == KIND, file=FILE)
    numbers = (item.get("channel"), item.get("roi_id"))
    bundle.expect("own records", f"{numbers}", holds=all(is_whole(number) for number in numbers), file=FILE)
    stamp = [item.get("summary", {}).get(name) for name in ("analysis_date", "analysis_time", "analysis_version")]
    bundle.expect("own records", f"stamp {stamp}", holds=all(stamp), file=FILE)


def _columns(item: Mapping[str, Any]) -> list[str]:
    return [column[0] for column in (item.get("kind") or {}).get("columns") or []]


def _rows(records: list[Mapping[str, Any]]) -> int:
    return sum(item["summary"].get(item["kind"]["row_count"], 0) for item in records)


def _check_table(bundle: Checked, name: str, table: bytes, records: list[Mapping[str, Any]]) -> None:
    file = f".{name}.tsv"
    lines = table.splitlines(keepends=True)
    for item in records:
        columns = ["channel", "roi_id", *_columns(item)]
        first = lines[0].decode().rstrip("\n").split("\t") if lines else columns
        bundle.expect("own tables", f"columns {first}", holds=first == columns, file=file)
        slot = f"{item['channel']}\t{item['roi_id']}\t".encode()
        rows = [line for line in lines[1:] if line.startswith(slot)]
        count = item["summary"].get(item["kind"]["row_count"])
        bundle.expect("own tables", f"{len(rows)} rows, not {count}", holds=len(rows) == count, file=file)
        said = ((item["summary"].get(OURS) or {}).get("provenance") or {}).get("table_sha256")
        holds = said == sha256(b"".join(rows)).hexdigest()
        bundle.expect("own tables", f"hash of ROI {item['roi_id']}", holds=holds, file=file)
    whole = all(line.endswith(b"\n") and b"\r" not in line for line in lines)
    bundle.expect("own tables", "line ends", holds=whole, file=file)
    wrong = [line for line in lines[1:] if not all(_FIELD.fullmatch(text) for text in _fields(line))]
    bundle.expect("own tables", f"no numbers: {wrong[:1]}", holds=not wrong, file=file)


def _fields(line: bytes) -> list[str]:
    return line.decode().rstrip("\n").split("\t")
