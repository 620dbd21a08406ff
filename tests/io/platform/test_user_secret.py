"""The secret of a user: the same at every start, and readable by nobody else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cloudscope_widgets.io.platform.user_secret import user_secret


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("cloudscope_widgets.io.platform.user_secret.state_folder", lambda: tmp_path / "state")
    return tmp_path / "state" / "user-secret"


def test_it_is_made_once_for_this_user_alone(file: Path) -> None:
    secret = user_secret()
    assert len(secret) == 64
    assert (user_secret(), file.read_text()) == (secret, secret)
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["user-secret"]


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe", b"g" * 64])
def test_what_is_no_secret_is_replaced(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    file.chmod(0o600)
    assert user_secret() == file.read_text()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_what_others_could_read_is_no_secret_any_more(file: Path) -> None:
    secret = user_secret()
    file.chmod(0o644)
    assert user_secret() != secret
    assert file.stat().st_mode & 0o777 == 0o600


def test_where_it_cannot_be_kept_it_is_an_error(file: Path) -> None:
    file.parent.write_text("no folder")
    with pytest.raises(OSError, match="state"):
        user_secret()
