r"""Text as a page may show it: no sentence, and no line of the log, tells in which folders something lies.

What stays of ``/data/my lab/day 1/a.tif`` is ``a.tif``; below a known folder it is the path from there. Where the end
of a folder is not certain, as in a name with spaces, rather too much is taken away than too little.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote

_ENDS = r"(?:[.,](?=\s(?![^\s/~][^\s/]*/)|$)|[:;!?)\]](?=\s|$))"
"""Where a sentence goes on after a path; the dot of ``Dr. Who/a.tif`` does not end it."""
_FILE_ENDS = r"\.(?:tiff?|json|csv|tsv|txt|py|ipynb)(?=[\s,;:)])"
_QUOTE_ENDS = r"['\"`](?=\W|$)"
_NO_END = rf"(?!{_ENDS}|{_FILE_ENDS}|{_QUOTE_ENDS})"
_POSIX_NAME = rf"(?:{_NO_END}[^/\n<>|])++"
_WINDOWS_NAME = rf"(?:{_NO_END}[^/\\\n<>|\"])++"
_URI = r"(?:file|smb|afp|nfs|s?ftp|ssh|s3)://?/?"
_DRIVE = r"(?:[A-Za-z]:[\\/]++|\\\\++(?=[\w?.])|(?<!:)//(?=\w))"
_FOLDERS = re.compile(
    r"(?<![\w.%°²³)\]\\/~+*-])(?:"
    rf"{_URI}(?P<uri>(?:{_POSIX_NAME}/++)*+)"
    rf"|{_DRIVE}(?P<windows>(?:{_WINDOWS_NAME}[\\/]++)*+)"  # C:\Users\my name\
    rf"|~\w*/(?P<home>(?:{_POSIX_NAME}/++)*+)"
    rf"|/(?P<posix>(?:{_NO_END}[^\s/]++|(?=\w\w)(?<!\d /){_POSIX_NAME})/++"  # /my data/
    rf"(?:{_POSIX_NAME}/++)*+|(?=\w[\w.-]))"
    rf")",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(rf"\s|$|{_ENDS}|{_QUOTE_ENDS}")


def without_paths(text: str, folders: Iterable[str | PurePath] = ()) -> str:
    """Return a text in which no absolute path stands.

    Parameters
    ----------
    text
        One or several sentences, or what Python prints of an error.
    folders
        Known ones: what lies in them is named from there, they themselves by their name.
    """
    if "/" not in text and "\\" not in text:
        return text
    for folder in sorted({str(folder) for folder in folders}, key=len, reverse=True):
        text = _from_folder(text, folder)
    return _FOLDERS.sub(_last_name, text)


def _last_name(found: re.Match[str]) -> str:
    """What stays of folders: nothing before the name of a file, the name of the last one where none follows."""
    if not _AFTER_NAME.match(found.string, found.end()):
        return ""
    folders = found[found.lastgroup or 0]
    return re.split(r"[/\\]+", folders.rstrip("/\\"))[-1] or found[0]


def _from_folder(text: str, folder: str) -> str:
    """Name paths from a folder on, in each of the forms in which a folder is written."""
    bare = folder.rstrip("/\\")
    if len(bare) <= len(os.sep) or bare.endswith(":"):  # the root of a disk
        return text
    name = re.split(r"[/\\]", bare)[-1]
    slashes = bare.replace("\\", "/")
    for form in dict.fromkeys((bare, bare.replace("\\", "\\\\"), slashes, quote(slashes), quote(slashes, safe="/:"))):
        flags = re.IGNORECASE if "\\" in folder else re.NOFLAG
        start = rf"(?:(?<![\w.\\/~-])|(?<=://)|(?<=:///)){re.escape(form)}"
        text = re.sub(rf"{start}[/\\]+(?=[^\s'\"`])", "", text, flags=flags)
        text = re.sub(rf"{start}(?![\w-])[/\\]*", lambda _: name, text, flags=flags)
    return text
