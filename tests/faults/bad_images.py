"""Images that cannot be shown: no TIFF, damaged, cut off, lying about their size, of kinds that nobody can read."""

from __future__ import annotations

import os
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.case import Case
from tests.faults.tiff_bytes import LINES, PIXELS, Lie, Tiff

NO_TIFF = r"cell\.tif is not a TIFF image: it does not begin like one\. Choose another file"
DAMAGED = r"cell\.tif is damaged and cannot be read as a TIFF image.*Copy it again"
CUT_OFF = r"cell\.tif is cut off: its header promises .* the file ends before\. Copy it again"
CUT_OR_DAMAGED = rf"{CUT_OFF}|{DAMAGED}"
TOO_LARGE = r"cell\.tif holds .* GB of pixels, more than the limit of 2\.1 GB\. Raise the limit with largest_bytes"
NO_TYPE = r"cell\.tif holds pixels of type .*, which cannot be shown\. Save it as 8- or 16-bit"
UNREADABLE = r"cell\.tif(: the pixels cannot be read| is compressed in a way| is damaged| is cut off)"

OTHER_FILES = {
    "empty": b"",
    "one byte": b"I",
    "two bytes": b"II",
    "three bytes": b"II*",
    "text": b"line scan of a capillary\n",
    "zeros": bytes(4096),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64),
    "gif": b"GIF89a" + bytes(64),
    "zip": b"PK\x03\x04" + bytes(64),
    "gzip": b"\x1f\x8b\x08" + bytes(64),
    "pdf": b"%PDF-1.7\n" + bytes(64),
    "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(64),
    "czi": b"ZISRAWFILE" + bytes(64),
    "oib": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
    "numpy": b"\x93NUMPY\x01\x00" + bytes(64),
    "xml": b"<?xml version='1.0'?><OME/>",
    "json": b'{"version": 2}',
    "csv": b"channel,roi_id\n0,1\n",
    "signs of both byte orders": b"IM*\0" + bytes(64),
    "magic in the other order": b"II\0*" + bytes(64),
    "magic of another version": b"II\x2c\0" + bytes(64),
    "byte order mark before it": b"\xef\xbb\xbfII*\0" + bytes(64),
}

LAYOUTS = {
    "tiff": Tiff(),
    "big-endian tiff": Tiff(order=">", pixels=struct.pack(f">{len(PIXELS) // 2}H", *range(len(PIXELS) // 2))),
    "bigtiff": Tiff(is_big=True),
}

STRUCTURES = {
    "no properties": Tiff(tag_count=0),
    "4097 properties": Tiff(tag_count=4097),
    "65535 properties": Tiff(tag_count=65535),
    "more properties than there are": Tiff(tag_count=200),
    "more properties than any number": Tiff(is_big=True, tag_count=2**63),
    "next image inside the head": Tiff(following=4),
    "next image is the first": Tiff(following=8),
    "next image behind the end": Tiff(following=10**6),
    "next image behind all files": Tiff(following=2**32 - 1),
    "bigtiff with offsets of four bytes": Tiff(head=b"II\x2b\0\4\0\0\0" + bytes([16, 0, 0, 0, 0, 0, 0, 0])),
    "bigtiff with a wrong zero": Tiff(head=b"II\x2b\0\x08\0\1\0" + bytes([16, 0, 0, 0, 0, 0, 0, 0])),
    "text longer than the file": Tiff({270: Lie(2, 2**31, 8)}),
    "text longer than memory": Tiff({270: Lie(2, 2**32 - 1, 8)}, pixels=PIXELS * 9),
    "bits of the samples behind the end": Tiff({258: Lie(3, 9, 10**7)}),
    "resolution behind the end": Tiff({282: Lie(5, 1, 10**8)}),
    "sub-images behind the end": Tiff({330: Lie(4, 10**8, 8)}),
    "overlay of ImageJ behind the end": Tiff({50838: (4, [12, 99]), 50839: Lie(1, 2**31, 8)}),
    "properties of MetaMorph out of all measure": Tiff({33628: Lie(4, 10**6, 8), 33629: Lie(5, 10**6, 8)}),
}

SIZES = {
    "no width": (Tiff({256: None}), DAMAGED),
    "no length": (Tiff({257: None}), DAMAGED),
    "width 0": (Tiff({256: (3, [0])}), DAMAGED),
    "length 0": (Tiff({257: (3, [0])}), DAMAGED),
    "two widths": (Tiff({256: (3, [7, 7])}), DAMAGED),
    "width as a fraction": (Tiff({256: (5, [7, 1])}), DAMAGED),
    "one line more": (Tiff({257: (3, [LINES + 1]), 278: (3, [LINES + 1])}), CUT_OFF),
    "twice as wide": (Tiff({256: (3, [14])}), CUT_OFF),
    "65535 by 65535": (Tiff({256: (3, [65535]), 257: (3, [65535])}), CUT_OFF),
    "4 billion lines": (Tiff({257: (4, [2**32 - 1])}), CUT_OFF),
    "4 billion by 4 billion": (Tiff({256: (4, [2**32 - 1]), 257: (4, [2**32 - 1])}), CUT_OFF),
    "width of 64 bits": (Tiff({256: (16, [2**63]), 273: (16, [0])}, is_big=True), CUT_OFF),
    "just below the limit": (Tiff({256: (3, [32768]), 257: (3, [32767])}), CUT_OFF),
    "depth 0": (Tiff({32997: (3, [0])}), "which is no image"),
    "depth 9": (Tiff({32997: (3, [9])}), "which is no image"),
    "65 channels": (Tiff({277: (3, [65])}), DAMAGED),
    "65535 channels": (Tiff({277: (3, [65535]), 258: (3, [16])}), DAMAGED),
    "three channels, pixels of one": (Tiff({277: (3, [3]), 258: (3, [16] * 3), 262: (3, [2])}), CUT_OFF),
    "planes, pixels of one": (Tiff({277: (3, [3]), 258: (3, [16] * 3), 262: (3, [2]), 284: (3, [2])}), CUT_OFF),
}

TYPES = {
    "7-bit float": ({258: (3, [7]), 339: (3, [3])}, NO_TYPE),
    "0 bits": ({258: (3, [0])}, f"{NO_TYPE}|{CUT_OR_DAMAGED}"),
    "128 bits": ({258: (3, [128])}, f"{NO_TYPE}|{CUT_OFF}"),
    "65535 bits": ({258: (3, [65535])}, f"{NO_TYPE}|{CUT_OFF}"),
    "complex": ({258: (3, [64]), 339: (3, [6]), 256: (3, [1])}, f"{NO_TYPE}|{CUT_OFF}"),
    "complex integers": ({258: (3, [32]), 339: (3, [5]), 256: (3, [3])}, NO_TYPE),
    "no known format": ({339: (3, [99])}, NO_TYPE),
    "different bits": ({258: (3, [8, 16, 8]), 277: (3, [3]), 262: (3, [2]), 256: (3, [2])}, NO_TYPE),
}

PIECES = {
    "no places": ({273: None}, CUT_OR_DAMAGED),
    "size one short": ({279: (4, [len(PIXELS) - 1])}, CUT_OFF),
    "place behind the end": ({273: Lie(4, 1, 10**6)}, CUT_OFF),
    "place of 4 billion": ({273: Lie(4, 1, 2**32 - 1)}, CUT_OFF),
    "two places for one piece": ({273: Lie(4, 2, 8)}, DAMAGED),
    "a million places": ({273: Lie(4, 10**6, 8)}, DAMAGED),
    "4 billion sizes": ({279: Lie(4, 2**32 - 1, 8)}, DAMAGED),
    "a place of text": ({273: Lie(2, 4, 0x41414141)}, CUT_OR_DAMAGED),
    "one line a piece, one deflated piece": ({278: (3, [1]), 259: (3, [8])}, CUT_OFF),
    "tiles of width 0": ({322: (3, [0]), 323: (3, [16]), 324: (4, [0]), 325: (4, [840])}, UNREADABLE),
    "tiles of length 0": ({322: (3, [16]), 323: (3, [0]), 324: (4, [0]), 325: (4, [840])}, UNREADABLE),
    "tiles of 4 billion": ({322: (4, [2**32 - 16]), 323: (4, [2**32 - 16]), 324: (4, [0]), 325: (4, [840])}, TOO_LARGE),
    "too few tiles": ({322: (3, [16]), 323: (3, [16]), 324: (4, [0]), 325: (4, [840])}, CUT_OFF),
    "a tile that is too short": ({322: (3, [16]), 323: (3, [64]), 324: (4, [0]), 325: (4, [840])}, CUT_OFF),
    "tiles behind the end": ({322: (3, [16]), 323: (3, [64]), 324: Lie(4, 1, 10**6), 325: (4, [2048])}, UNREADABLE),
}

COMPRESSIONS = {
    "unknown": ({259: (3, [9999])}, UNREADABLE),
    "none at all": ({259: (3, [0])}, UNREADABLE),
    "jpeg that is none": ({259: (3, [7]), 258: (3, [8])}, UNREADABLE),
    "jpeg 2000 that is none": ({259: (3, [34712])}, UNREADABLE),
    "lzw that is none": ({259: (3, [5])}, UNREADABLE),
    "deflate that is none": ({259: (3, [8])}, UNREADABLE),
    "zstd that is none": ({259: (3, [50000])}, UNREADABLE),
    "webp that is none": ({259: (3, [50001]), 258: (3, [8])}, UNREADABLE),
    "lerc that is none": ({259: (3, [34887])}, UNREADABLE),
    "fax that is none": ({259: (3, [4]), 258: (3, [1])}, UNREADABLE),
    "a gigabyte of lzw in 840 bytes": ({259: (3, [5]), 257: (4, [70_000_000])}, CUT_OFF),
    "a gigabyte of deflate in 840 bytes": ({259: (3, [8]), 257: (4, [70_000_000])}, CUT_OFF),
    "a gigabyte of packed bits in 840 bytes": ({259: (3, [32773]), 257: (4, [70_000_000])}, CUT_OFF),
    "unknown predictor": ({259: (3, [8]), 317: (3, [77])}, UNREADABLE),
}


def image_cases() -> Iterator[Case]:
    """All images that must be refused."""
    for name, raw in OTHER_FILES.items():
        yield _file(f"no tiff: {name}", raw, NO_TIFF)
    for layout, plain in LAYOUTS.items():
        yield from _cut_off(layout, plain.written())
        yield from _misplaced(layout, plain)
    for name, tiff in STRUCTURES.items():
        yield _file(f"structure: {name}", tiff.written(), DAMAGED)
    for name, (tiff, error) in SIZES.items():
        yield _file(f"size: {name}", tiff.written(), error)
    for group, table in (("type", TYPES), ("pieces", PIECES), ("compression", COMPRESSIONS)):
        for name, (tags, error) in table.items():
            yield _file(f"{group}: {name}", Tiff(tags).written(), error)  # type: ignore[arg-type]  # of each table
    yield _file("compression: deflate that ends early", _half_deflated(), UNREADABLE)
    yield _file("structure: two images in a circle", _circle(), DAMAGED)
    yield _file("structure: 100,001 images", _many_images(100_001), DAMAGED)
    yield from _paths()


def _file(name: str, raw: bytes, error: str) -> Case:
    def make(folder: Path) -> Path:
        path = folder / "cell.tif"
        path.write_bytes(raw)
        return path

    return Case(name, "image", error, make)


def _cut_off(layout: str, raw: bytes) -> Iterator[Case]:
    """The same image, cut off behind the head, at each step of the directory, and within the pixels."""
    body = len(raw) - len(PIXELS)
    for size in (4, 5, 8, 9, 12, *range(20, body, max(1, body // 12)), body, body + 1, len(raw) - 1):
        yield _file(f"cut off: {layout} at byte {size}", raw[:size], CUT_OR_DAMAGED)


def _misplaced(layout: str, plain: Tiff) -> Iterator[Case]:
    """The same image with its first directory somewhere else."""
    size = len(plain.written())
    for first in (0, 1, size - 1, size, 2**32 - 1):
        raw = Tiff(order=plain.order, is_big=plain.is_big, pixels=plain.pixels, first=first).written()
        yield _file(f"structure: {layout} with its directory at {first}", raw, CUT_OR_DAMAGED)


def _half_deflated() -> bytes:
    packed = zlib.compress(PIXELS)[:-20]
    return Tiff({259: (3, [8]), 279: (4, [len(packed)])}, pixels=packed).written()


def _circle() -> bytes:
    first = Tiff(following=len(Tiff().written())).written()
    return first + Tiff(following=8).written()[8:]


def _many_images(count: int) -> bytes:
    first = Tiff(following=len(Tiff().written())).written()
    at, parts = len(first), [first]
    entry = struct.pack("<HHHII", 1, 256, 3, 1, 7)
    for _ in range(count - 1):
        at += len(entry) + 4
        parts.append(entry + struct.pack("<I", at))
    return b"".join(parts) + entry + bytes(4)


# ---------------------------------------------------------------- paths
CANNOT = r"cannot be opened: .*Check the path and your rights"
NO_FILE = r"is not a file\. Choose a TIFF image"
NO_PATH = r"is no path of a file\. Choose a TIFF image"


def _paths() -> Iterator[Case]:
    """Paths at which there is no image."""
    asked: dict[str, tuple[str, str]] = {
        "that is not there": ("none.tif", CANNOT),
        "in a folder that is not there": ("none/none.tif", CANNOT),
        "below a file": ("notes.txt/cell.tif", CANNOT),
        "of 300 characters": (f"{'a' * 300}.tif", CANNOT),
        "of 5000 characters": ("/".join(["folder"] * 700), CANNOT),
        "with a zero byte": ("a\0b.tif", NO_PATH),
        "with a zero byte in its folder": ("a\0b/cell.tif", NO_PATH),
        "with half a character": ("\ud83d.tif", NO_PATH),
        "of the folder itself": (".", NO_FILE),
        "of the folder above": ("..", NO_FILE),
        "with a line break": ("cell\n.tif", CANNOT),
        "with a star": ("*.tif", CANNOT),
        "of a home folder": ("~nobody/cell.tif", CANNOT),
        "of Windows": (r"C:\data\cell.tif", CANNOT),
        "of a Windows device": ("CON.tif", CANNOT),
        "of a web page": ("https://example.org/cell.tif", CANNOT),
        "as a file address": ("file:///data/cell.tif", CANNOT),
    }
    for name, (path, error) in asked.items():
        yield Case(f"path: {name}", "image", error, _joined(path))
    for name, path, error in (
        ("of endless zeros", "/dev/zero", NO_FILE),
        ("of nothing", "/dev/null", NO_FILE),
        ("of the terminal", "/dev/tty", f"{NO_FILE}|{CANNOT}"),
        ("of the memory", "/proc/self/mem", r"is not a TIFF image|cannot be opened"),
        ("of the messages of the system", "/proc/kmsg", r"is not a TIFF image|cannot be opened"),
        ("that is empty", "", NO_FILE),
        ("of the root", "/", NO_FILE),
    ):
        yield Case(f"path: {name}", "image", error, _fixed(path))
    for name, place, error in (
        ("of a folder", _folder, NO_FILE),
        ("of a pipe", _pipe, NO_FILE),
        ("of a socket", _socket, NO_FILE),
        ("of a link to nothing", _broken_link, CANNOT),
        ("of a link to itself", _circular_link, CANNOT),
        ("of a link to a pipe", _link_to_pipe, NO_FILE),
        ("of a link to a folder", _link_to_folder, NO_FILE),
    ):
        yield Case(f"path: {name}", "image", error, place)


def _joined(path: str) -> Callable[[Path], Path | str]:
    def make(folder: Path) -> str:
        (folder / "notes.txt").write_text("no folder")
        return f"{folder}/{path}"

    return make


def _fixed(path: str) -> Callable[[Path], Path | str]:
    return lambda _folder: path


def _folder(folder: Path) -> Path:
    (folder / "cell.tif").mkdir()
    return folder / "cell.tif"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "cell.tif")
    return folder / "cell.tif"


def _socket(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(folder)  # the name of a socket may not be long
        try:
            made.bind("cell.tif")
        finally:
            os.chdir(here)
    return folder / "cell.tif"


def _broken_link(folder: Path) -> Path:
    (folder / "cell.tif").symlink_to(folder / "none.tif")
    return folder / "cell.tif"


def _circular_link(folder: Path) -> Path:
    (folder / "cell.tif").symlink_to(folder / "cell.tif")
    return folder / "cell.tif"


def _link_to_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    (folder / "cell.tif").symlink_to(folder / "pipe")
    return folder / "cell.tif"


def _link_to_folder(folder: Path) -> Path:
    (folder / "cell.tif").symlink_to(folder)
    return folder / "cell.tif"
