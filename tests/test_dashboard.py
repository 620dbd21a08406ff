"""The command line and the sample recordings of the demo."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.__main__ import main
from cloudscope_widgets.dashboard import _environment, _write_notebook, make_demo, serve
from cloudscope_widgets.store.disk.drafts import VISITOR_VARIABLE


def test_the_demo_is_a_folder_of_calibrated_recordings_with_known_speeds(tmp_path: Path) -> None:
    session = cs.Session(make_demo(tmp_path, lines=1000))
    files = session.wait_for_scan(20)
    assert [entry.relative for entry in files][:2] == ["mouse 1/capillary_0001.tif", "mouse 1/capillary_0002.tif"]
    assert [entry.relative for entry in files][-2:] == ["mouse 3/arteriole_0001.tif", "mouse 3/calcium_0001.tif"]
    assert len(files) == 8
    acq = session.select("mouse 1/capillary_0001.tif")
    assert (acq.header.calibration_source, acq.header.scan_direction) == ("text", "forward")
    acq.add_rect()
    record = acq.analyze("radon_velocity", roi_id=1)
    assert record.summary["velocity_median"] == pytest.approx(1.37 * 0.25 / 0.0012, rel=0.01)
    arteriole = session.select("mouse 3/arteriole_0001.tif")
    arteriole.add_rect()
    found = arteriole.analyze("diameter", roi_id=1, diameter_method="model_fit", lumen_profile="chord")
    assert found.summary["diameter_um_mean"] == pytest.approx(36 * arteriole.header.um_per_pixel, rel=0.03)


def test_one_of_folder_and_demo_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["folder", "--demo"]):
        with pytest.raises(SystemExit):
            main(arguments)
        assert "give a folder of recordings, or --demo" in capsys.readouterr().err


def test_a_missing_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("voila", reason="Voilà is not installed: make setup")
    assert main([str(tmp_path / "nowhere")]) == 1
    assert "nowhere does not exist. Give a folder of recordings, or --demo" in capsys.readouterr().err


def test_without_voila_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(cs.CloudScopeError, match=r"pip install 'cloudscope-widgets\[app\]'"):
        serve(tmp_path)


def test_no_path_stands_in_the_notebook_that_is_served(tmp_path: Path) -> None:
    document = json.loads(_write_notebook(tmp_path / "x.ipynb").read_text())
    assert str(tmp_path) not in json.dumps(document)
    assert "Explorer" in document["cells"][0]["source"]


def test_every_start_serves_the_same_visitor_unless_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloudscope_widgets.io.platform.user_secret.state_folder", lambda: tmp_path / "state")
    monkeypatch.delenv(VISITOR_VARIABLE, raising=False)
    first, second = (_environment(tmp_path)[VISITOR_VARIABLE] for _ in range(2))
    assert first == second
    monkeypatch.setenv(VISITOR_VARIABLE, "anna")
    assert _environment(tmp_path)[VISITOR_VARIABLE] == "anna"
    monkeypatch.delenv(VISITOR_VARIABLE)
    monkeypatch.setattr("cloudscope_widgets.io.platform.user_secret.state_folder", lambda: tmp_path / "x" / "state")
    (tmp_path / "x").write_text("no folder")
    assert VISITOR_VARIABLE not in _environment(tmp_path)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_command_that_is_ended_ends_its_server(tmp_path: Path) -> None:
    pytest.importorskip("voila", reason="Voilà is not installed: make setup")
    command = [sys.executable, "-m", "cloudscope_widgets", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as started:  # noqa: S603  (our own command)
        assert started.stdout is not None
        address = next(line for line in started.stdout if "http://127.0.0.1:" in line)
        port = int(address.split(":")[2].split("/")[0])
        deadline = time.monotonic() + 60
        while not answers(port):
            assert time.monotonic() < deadline, "the server never answered"
            threading.Event().wait(0.05)
        started.terminate()
        started.wait(30)
    assert not answers(port)


def test_the_command_of_the_package_is_this_command_line() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == {"cloudscope-widgets": f"{main.__module__}:{main.__name__}"}


def test_the_help_names_all_forms_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(form in said for form in ("cloudscope-widgets", "(DIR | --demo)", "cloudscope-widgets check DIR"))
