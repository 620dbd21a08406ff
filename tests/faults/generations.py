"""Saved files whose every part tells which save it belongs to, so that a lost, torn or mixed state shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from cloudscope_widgets.io.commit.content import bytes_of, content_hash

SIZES = {"small": 12, "medium": 400, "large": 75_000}
"""Lines of each table; the largest makes a bundle of about 4.5 MB."""
TABLES = ("radon_velocity", "diameter")


def new_image(folder: Path) -> Path:
    """Write an image, whose bytes no test may change."""
    folder.mkdir(parents=True, exist_ok=True)
    image = folder / "cell.tif"
    image.write_bytes(b"II*\0" + bytes(range(256)) * 8)
    return image


def saved_paths(image: Path) -> tuple[Path, ...]:
    """Two tables, and the sidecar last."""
    return (*(image.with_name(f"{image.name}.{name}.csv") for name in TABLES), image.with_name(f"{image.name}.json"))


def contents(image: Path, generation: int, lines: int) -> dict[Path, bytes]:
    """Give the bytes of one save; the sidecar knows the hashes of the tables that belong to it."""
    *tables, sidecar = saved_paths(image)
    files = {
        path: b"t,v,generation\n" + f"{number},0.284,12.5,{generation},1170.25,{generation}\n".encode() * lines
        for number, path in enumerate(tables)
    }
    hashes = {path.name: content_hash(raw) for path, raw in files.items()}
    rois = [{"id": number, "generation": generation} for number in range(max(lines // 100, 3))]
    document = {"begin": generation, "rois": rois, "tables": hashes, "end": generation}
    return {**files, sidecar: json.dumps(document, indent=1).encode()}


def hashes_of(files: Mapping[Path, bytes | None]) -> dict[Path, str | None]:
    """Hash of each content."""
    return {path: content_hash(raw) for path, raw in files.items()}


def found_state(image: Path) -> tuple[int, str]:
    """Generation of the files beside an image and what is wrong with them; 0 when there are none."""
    *tables, sidecar = saved_paths(image)
    raw = bytes_of(sidecar)
    if raw is None:
        return 0, "a table without its sidecar" if any(path.exists() for path in tables) else ""
    try:
        document = json.loads(raw)
    except ValueError:
        return 0, "torn"
    if document["begin"] != document["end"]:
        return 0, "torn"
    for path in tables:
        table = bytes_of(path)
        if table is None:
            return 0, "a table is missing"
        if hashlib.sha256(table).hexdigest() != document["tables"][path.name]:
            return 0, "mixed" if table.endswith(b"\n") and len({*_generations(table)}) == 1 else "torn"
    return int(document["begin"]), ""


def _generations(table: bytes) -> list[bytes]:
    return [line.rpartition(b",")[2] for line in table.splitlines()[1:]]


def plain_write(files: Mapping[Path, bytes | None]) -> None:
    """Write every file in place, the sidecar first, as programs do that take no care."""
    for path, raw in reversed(list(files.items())):
        if raw is not None:
            path.write_bytes(raw)
