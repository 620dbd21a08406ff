"""Names that are odd or too long, links in the way, and images or folders that have gone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.__main__ import main
from cloudscope_widgets.io.catalog.summary import read_facts
from cloudscope_widgets.io.paths import printable, work_folder
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.files.file_rows import FileRows

LONGEST = 255
ENDING = len(".radon_velocity.csv")


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return kymograph(200, 40).write(tmp_path_factory.mktemp("seed") / "seed.tif").read_bytes()


@pytest.fixture
def image(tmp_path: Path, raw: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "cell.tif"
    path.write_bytes(raw)
    return path


def edited(path: Path) -> cs.Acquisition:
    acq = cs.open(path)
    acq.add_rect(name="vessel")
    return acq


# ---------------------------------------------------------------- names
@pytest.mark.parametrize("length", [*range(200, 233, 8), *range(233, 239), *range(240, 256, 3)])
@pytest.mark.parametrize("sign", ["b", "ä", "😀"])
def test_a_long_name_is_saved_or_said_at_opening_to_be_too_long(
    image: Path, raw: bytes, length: int, sign: str
) -> None:
    name = sign * ((length - 4) // len(sign.encode()))
    path = image.with_name(name.ljust(length - 4 - len(name.encode()) + len(name), "c") + ".tif")
    assert len(path.name.encode()) == length
    path.write_bytes(raw)
    acq = edited(path)
    if length <= LONGEST - ENDING:
        acq.analyze("radon_velocity", roi_id=1)
        acq.save()
        again = cs.open(path)
        assert (again.rois, len(again.records), again.notices) == (acq.rois, 1, ())
        return
    (notice,) = acq.notices
    surplus = length + ENDING - LONGEST
    assert notice.endswith(f"Make it {surplus} bytes shorter (a letter such as ä takes 2), then open it again.")
    with pytest.raises(cs.SaveError, match="can be looked at, but not saved: its name is too long"):
        acq.save()
    assert sorted(found.name for found in image.parent.iterdir()) == sorted([image.name, path.name])


def test_work_on_an_image_with_a_long_name_is_kept_as_a_draft(image: Path, raw: bytes) -> None:
    path = image.with_name("b" * 248 + ".tif")
    path.write_bytes(raw)
    session = cs.Session(image.parent)
    session.select(path.name).add_rect()
    session.close()
    assert len(cs.Session(image.parent).select(path.name).drafts) == 1


def test_a_long_name_with_a_sidecar_of_another_program_is_shown(image: Path, raw: bytes) -> None:
    acq = edited(image)
    acq.save()
    path = image.with_name("b" * 244 + ".tif")
    path.write_bytes(raw)
    shutil.copyfile(image.with_name("cell.tif.json"), path.with_name(f"{path.name}.json"))
    assert cs.open(path).rois == acq.rois


@pytest.mark.parametrize(
    "name",
    [
        *("two\nlines.tif", " spaces .tif", "dots...tif", "😀.tif", "e\u0301.tif", "con.tif", "-rf.tif", "CELL.TIF"),
        *("a'b\"c.tif", "$HOME`x`.tif", "%41.tif", "#1?.tif", "\u202egnp.tif", "\x1b[31m.tif", "~.tif", "*.tif"),
    ],
)
def test_an_odd_name_is_listed_opened_and_saved(image: Path, raw: bytes, name: str) -> None:
    path = image.with_name(name)
    path.write_bytes(raw)
    session = cs.Session(image.parent)
    assert {entry.name for entry in session.wait_for_scan()} == {"cell.tif", name}
    acq = session.select(name)
    acq.add_rect(name=name)
    acq.save()
    session.close()
    assert cs.open(path).rois == acq.rois
    assert len(cs.open(image).rois) == 0


def not_utf8(folder: Path, raw: bytes, relative: bytes) -> Path:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + relative))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("relative", [b"bad\xff\xfe.tif", b"Gef\xe4\xdf.tif", b"lab\xe9/cell.tif", b"\xed\xa0\xbd.tif"])
def test_a_name_that_is_no_text_is_listed_and_refused_at_opening(
    image: Path, raw: bytes, relative: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = not_utf8(image.parent, raw, relative)
    session = cs.Session(image.parent)
    entries = session.wait_for_scan()
    assert [entry.path for entry in entries] == [image, path] or [entry.path for entry in entries] == [path, image]
    what = "folder" if b"/" in relative else "file"
    opens: tuple[Callable[[Path], object], ...] = (session.select, cs.open)
    for opened in opens:
        with pytest.raises(cs.ImageReadError, match=f"the name of the {what} is no UTF-8 text. Rename") as refused:
            opened(path)
        assert str(refused.value).encode()
    assert read_facts(path).problem == "image"
    assert all(printable(row["name"] + row["folder"]).encode() for row in FileRows().take_entries(entries))
    assert session.select("cell.tif").rois is not None
    assert main(["check", str(image.parent), "--csv", str(image.parents[1] / "out.csv")]) == 1
    assert "\\x" in capsys.readouterr().out


# ---------------------------------------------------------------- links
def contents(folder: Path) -> dict[str, bytes | None]:
    paths = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in paths}


def link_to_folder(image: Path, elsewhere: Path) -> None:
    work_folder(image).symlink_to(elsewhere, target_is_directory=True)


def link_to_nothing(image: Path, elsewhere: Path) -> None:
    work_folder(image).symlink_to(elsewhere / "absent")


def link_to_file(image: Path, elsewhere: Path) -> None:
    work_folder(image).symlink_to(elsewhere / "theirs.txt")


def a_file(image: Path, elsewhere: Path) -> None:  # noqa: ARG001  (as the others)
    work_folder(image).write_text("not ours")


def inner_link(image: Path, elsewhere: Path) -> None:
    work_folder(image).mkdir()
    (work_folder(image) / "backups").symlink_to(elsewhere, target_is_directory=True)


def inner_dangling_link(image: Path, elsewhere: Path) -> None:
    work_folder(image).mkdir()
    (work_folder(image) / "displaced").symlink_to(elsewhere / "absent")


@pytest.mark.plants_files
@pytest.mark.parametrize("when", ["before opening", "after opening", "after saving"])
@pytest.mark.parametrize(
    "plant", [link_to_folder, link_to_nothing, link_to_file, a_file, inner_link, inner_dangling_link]
)
def test_a_work_folder_that_leads_elsewhere_is_not_followed(
    image: Path, plant: Callable[[Path, Path], None], when: str
) -> None:
    elsewhere = image.parents[1] / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs.txt").write_text("theirs")
    (elsewhere / "cell.tif.000001.journal").write_text("of another folder")
    before = contents(elsewhere)
    session = cs.Session(image.parent)
    if when == "before opening":
        plant(image, elsewhere)
    acq = session.select("cell.tif")
    acq.add_rect()
    if when == "after saving":
        acq.save()
        acq.add_rect(row_stop=20)
        shutil.rmtree(work_folder(image))
    if when != "before opening":
        plant(image, elsewhere)
    saved = contents(image.parent)
    said = r"not saved. \.cloudscope.* in .* is (a link|not a folder), and nothing is read or written there. Remove it"
    for save in (acq.save, lambda: acq.resolve("overwrite"), lambda: acq.resolve("keep_both")):
        with pytest.raises(cs.SaveError, match=said):
            save()
    assert (when == "before opening") == any("nothing is read or written there" in notice for notice in acq.notices)
    session.close()
    found = contents(image.parent)
    drafts = [name for name in found if name.endswith(".draft")]
    assert {name: held for name, held in found.items() if name not in drafts} == saved
    assert contents(elsewhere) == before
    again = cs.Session(image.parent)
    assert len(again.select("cell.tif").drafts) == 1
    if work_folder(image).is_symlink() or work_folder(image).is_file():
        work_folder(image).unlink()
    else:
        shutil.rmtree(work_folder(image))
    assert acq.save().files


@pytest.mark.plants_files
@pytest.mark.parametrize("ending", [".json", ".widgets.json", ".radon_velocity.csv"])
@pytest.mark.parametrize("is_dangling", [False, True])
def test_nothing_is_written_through_a_saved_file_that_is_a_link(image: Path, ending: str, *, is_dangling: bool) -> None:
    acq = edited(image)
    acq.analyze("radon_velocity", roi_id=1)
    acq.review = "accepted"
    acq.save()
    elsewhere = image.parents[1] / "elsewhere"
    elsewhere.mkdir()
    path = image.with_name(f"cell.tif{ending}")
    shutil.move(path, elsewhere / path.name)
    path.symlink_to(elsewhere / ("absent" if is_dangling else path.name))
    before = contents(elsewhere)
    opened = cs.open(image)
    assert f"{path} is a link, and nothing is written through links" in opened.notices[-1]
    assert is_dangling or opened.rois == acq.rois
    opened.add_rect(row_stop=20)
    with pytest.raises(cs.SaveError, match=r"is a link, and nothing is written through links\. Put a copy"):
        opened.save()
    assert (contents(elsewhere), path.is_symlink()) == (before, True)


# ---------------------------------------------------------------- what has gone
def test_saving_says_that_the_image_has_gone(image: Path, raw: bytes) -> None:
    acq = edited(image)
    acq.set_contrast(0, value_min=1, value_max=9)
    image.unlink()
    report = acq.save()
    assert "The image cell.tif is not in " in report.message
    assert {path.name for path in report.files} == {"cell.tif.json"}
    image.write_bytes(raw)
    again = cs.open(image)
    assert (again.rois, again.contrast) == (acq.rois, acq.contrast)


def test_saving_says_that_the_folder_has_gone_and_works_when_it_is_back(image: Path) -> None:
    acq = edited(image)
    away = image.parents[1] / "away"
    image.parent.rename(away)
    with pytest.raises(cs.SaveError, match=r"The folder .*data is not there any more. Connect its drive"):
        acq.save()
    assert acq.dirty
    away.rename(image.parent)
    acq.save()
    assert cs.open(image).rois == acq.rois
