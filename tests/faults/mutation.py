"""Random changes of good files: of bytes, of numbers in them, and of the words that JSON and CSV are made of."""

from __future__ import annotations

import json
import re
import struct
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from tests.faults.good_bundle import IMAGE, OWN, SIDECAR, TABLE, good_bundle
from tests.faults.tiff_bytes import Tiff

KYMFLOW = "cell.json"
KYMFLOW_TABLE = "flow-analysis/cell_kymanalysis.csv"
TEXT = "cell.txt"
_NUMBERS = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_VALUES = (
    *("null", "true", "false", "0", "-1", "1", "2", "1.5", "-0.0", "-1e308", "1e308", "5e-324", "NaN", "Infinity"),
    *("-Infinity", "1e999", "2147483648", "9223372036854775808", "1e22", '""', '"x"', '"2"', '"\\ud800"'),
    *('"\\u0000"', "[]", "{}", "[[]]", '{"a":1}', "[null]", '"' + "x" * 300 + '"', "9" * 400, "[" * 50),
)
_KEYS = ('"x"', '""', '"version"', '"roi_id"', '"0"', '"channel"', '"1"', '"data"')
_CELLS = (
    *("", "0", "-1", "1.5", "180", "nan", "inf", "-inf", "1e999", "1e308", "-1e308", "5e-324", "True", "False", "x"),
    *('"', '""', "#", " ", "2147483648", "99999999999999999999", "1e5", "0x10", "1,5", "1;5", "\t", "\r", "\n"),
    *("\ud7ff", "NA", "null"),
)
_SIGNS = (",", "\n", ":", "]", "}", "[", "{", '"')
_JSON_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"{}\[\]:,]+')
_JSON_SIGN = re.compile(r"[{}\[\]:,]")
_CSV_WORD = re.compile(r"[^,\n]+")
_CSV_SIGN = re.compile(r"[,\n]")


@lru_cache
def image_seeds() -> tuple[bytes, ...]:
    """Small images of every kind that can be shown."""
    pixels = np.arange(60 * 7, dtype=np.uint16).reshape(60, 7)
    stack = np.stack([pixels, pixels + 1])
    ways: list[tuple[NDArray[Any], dict[str, object]]] = [
        (pixels, {}),
        (pixels, {"byteorder": ">"}),
        (pixels, {"bigtiff": True}),
        (pixels, {"rowsperstrip": 7}),
        (pixels, {"tile": (16, 16)}),
        (pixels, {"compression": "zlib"}),
        (pixels, {"compression": "lzw"}),
        (pixels, {"compression": "packbits"}),
        (pixels, {"compression": "zstd"}),
        (pixels, {"compression": "lzma"}),
        (pixels, {"compression": "zlib", "predictor": True}),
        (stack, {"imagej": True, "metadata": {"axes": "CYX", "unit": "um"}, "resolution": (4.0, 500.0)}),
        (stack, {"metadata": {"axes": "CYX", "PhysicalSizeX": 0.25}, "ome": True}),
        (np.stack([pixels] * 3, -1), {"photometric": "rgb"}),
    ]
    made: list[bytes] = [Tiff().written(), Tiff(is_big=True).written()]
    with tempfile.TemporaryDirectory() as name:
        for array, how in ways:
            path = Path(name) / "seed.tif"
            tifffile.imwrite(path, array, **how)  # type: ignore[arg-type]  # words of the library
            made.append(path.read_bytes())
    return tuple(made)


@lru_cache
def kymflow_bundle() -> Mapping[str, bytes]:
    """An image beside which only KymFlow has saved something."""
    rows = [f"3,1,{(10 + 8 + 4 * k) * 0.002},{1 + k % 3},day,cell.tif,mpRadon,0.5,0.002\n" for k in range(60)]
    head = "roi_id,channel,time,velocity,parentFolder,file,algorithm,delx,delt\n"
    table = "".join([head, *rows]).encode()
    return {IMAGE: good_bundle()[IMAGE], KYMFLOW: _kymflow_document(), KYMFLOW_TABLE: table}


def _kymflow_document() -> bytes:
    roi = {"roi_id": 3, "roi_type": "rect", "version": "1.0", "name": "a", "note": "b", "channel": 1, "z": 0}
    document = {
        "version": "1.0",
        "header": {"shape": [400, 24], "voxels": [0.002, 0.5], "voxels_units": ["s", "um"]},
        "experiment_metadata": {"species": "mouse", "depth": 3.5, "acq_date": "20260205"},
        "rois": [{**roi, "data": {"x0": 2, "x1": 20, "y0": 10, "y1": 300}, "meta": {}}],
        "accepted": True,
    }
    return json.dumps(document, indent=1).encode()


TEXT_SEED = (
    b'"Date"\t"11/02/2022 12:30:15.000 PM"\n"X Dimension"\t"24, 0.0 - 6.0 [um], 0.25 [um/pixel]"\n'
    b'"T Dimension"\t"1, 0.000 - 0.800 [s], Interval FreeRun"\n"Image Size"\t"24 * 400 [pixel]"\n'
    b'"Sampling Speed"\t"2.0 [us/pixel]"\n"Scan Direction"\t"Oneway"\n'
)


def mutated(random: Random) -> tuple[str, bytes]:
    """File of a bundle and its changed bytes; images, sidecars and tables are most frequent."""
    file = random.choices([IMAGE, SIDECAR, TABLE, OWN, KYMFLOW, KYMFLOW_TABLE, TEXT], [6, 6, 4, 2, 1, 1, 1])[0]
    if file == IMAGE:
        return file, _image(random)
    raw = {**kymflow_bundle(), **good_bundle(), TEXT: TEXT_SEED}[file]
    is_csv = file in {TABLE, KYMFLOW_TABLE, TEXT}
    chance = random.random()
    if chance < 0.15:  # some changes of bytes, some of signs, most of words
        return file, _bytes(random, raw, len(raw))
    if chance < 0.3:
        return file, _words(random, raw, _CSV_SIGN if is_csv else _JSON_SIGN, _SIGNS)
    return file, _words(random, raw, _CSV_WORD if is_csv else _JSON_WORD, _CELLS if is_csv else _VALUES)


def _image(random: Random) -> bytes:
    raw = random.choice(image_seeds())
    return _bytes(random, raw, min(len(raw), 700))


def _bytes(random: Random, raw: bytes, reach: int) -> bytes:
    """Change, remove, double or cut off bytes up to five times."""
    found = bytearray(raw)
    for _ in range(random.randint(1, 5)):
        at, length = random.randrange(max(1, min(reach, len(found)))), random.randint(1, 30)
        way = random.randrange(6)
        if way == 0:
            found[at : at + 1] = bytes([random.randrange(256)])
        elif way == 1:
            form, top = random.choice([("H", 0xFFFF), ("I", 0xFFFFFFFF), ("Q", 2**64 - 1)])
            number = random.choice([*_NUMBERS, len(raw), top]) & top
            packed = struct.pack(random.choice("<>") + form, number)
            found[at : at + len(packed)] = packed
        elif way == 2:
            del found[at : at + length]
        elif way == 3:
            found[at:at] = found[at : at + length]
        elif way == 4:
            found[at : at + 1] = bytes([found[at] ^ (1 << random.randrange(8))]) if found else b""
        elif random.random() < 0.2:
            del found[random.randrange(len(found) + 1) :]
    return bytes(found)


def _words(random: Random, raw: bytes, pattern: re.Pattern[str], values: tuple[str, ...]) -> bytes:
    """Replace words by any value or by each other, remove or double them, once or twice."""
    text = raw.decode("utf-8")
    for _ in range(random.randint(1, 2)):
        found = list(pattern.finditer(text))
        if not found:
            break
        word = random.choice(found)
        is_key = text[word.end() :].lstrip()[:1] == ":"
        way = random.randrange(10)
        if way < 6:
            new = random.choice(_KEYS if is_key else values)
        elif way < 8:
            new = random.choice(found).group()
        else:
            new = "" if way == 8 else word.group() * 2
        text = text[: word.start()] + new + text[word.end() :]
    return text.encode("utf-8", "surrogatepass")
