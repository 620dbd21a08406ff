"""Fixtures of the browser tests: a host of widgets, and pictures of its pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.harness.browser import chromium
from tests.browser.harness.host import Host
from tests.browser.harness.jupyterlab import JupyterLab
from tests.browser.harness.servers import ROOT, Server, start_jupyter, start_voila
from tests.browser.harness.voila import Voila
from tests.browser.harness.vscode import Vscode
from tests.suites import why_no_browser, why_no_vscode_page

_ARTIFACTS = ROOT / "artifacts" / "browser"
_HOSTS: dict[str, type[Host]] = {host.name: host for host in (JupyterLab, Voila, Vscode)}
_STARTS = {JupyterLab.name: start_jupyter, Voila.name: start_voila, Vscode.name: start_jupyter}
_VIEWPORT: ViewportSize = {"width": 1400, "height": 900}
_HAS_PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test has passed, for its fixtures."""
    report = yield
    if report.when == "call":
        item.stash[_HAS_PASSED] = report.passed
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run on this machine."""
    no_browser, no_page = why_no_browser(), why_no_vscode_page()
    for item in items:
        if why := no_browser or (no_page if _host_name(item) == Vscode.name else ""):
            item.add_marker(pytest.mark.skip(reason=why))


def _host_name(item: pytest.Item) -> str:
    parameters = getattr(item, "callspec", None)
    return str(parameters.params.get("host", "")) if parameters else ""


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Folder for what is worth looking at after a run; empty at the beginning."""
    shutil.rmtree(_ARTIFACTS, ignore_errors=True)
    _ARTIFACTS.mkdir(parents=True)
    return _ARTIFACTS


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Server]]:
    """The server of each host that a chosen test uses; all have begun to start."""
    names = {name for item in request.session.items if (name := _host_name(item))}
    started = {start: start(tmp_path_factory.mktemp(start.__name__)) for start in {_STARTS[name] for name in names}}
    yield {name: started[_STARTS[name]] for name in names}
    for server in started.values():
        server.ask_to_stop()
    for server in started.values():
        server.wait_until_stopped()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that all hosts share."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def contexts(browser: Browser, servers: Mapping[str, Server]) -> Mapping[str, BrowserContext]:
    """A browser context for each host, which keeps what its server lets it keep."""
    return {name: browser.new_context(viewport=_VIEWPORT) for name in servers}


@pytest.fixture(params=list(_HOSTS))
def host(
    request: pytest.FixtureRequest,
    servers: Mapping[str, Server],
    contexts: Mapping[str, BrowserContext],
    artifacts: Path,
) -> Iterator[Host]:
    """Each of the three hosts in turn; what goes wrong in its pages behind the test's back is a failure.

    ``@pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)`` chooses hosts.
    """
    name = request.param
    servers[name].wait_until_ready()
    host = _HOSTS[name](servers[name], contexts[name])
    yield host
    is_sound = False
    try:
        unexpected = host.unexpected()
        is_sound = not unexpected and request.node.stash.get(_HAS_PASSED, False)
        if not is_sound:
            _keep(host, artifacts, _file_name(request))
    finally:
        host.close(is_sound=is_sound)
    assert unexpected == []


@pytest.fixture
def screenshot(request: pytest.FixtureRequest, artifacts: Path) -> Callable[[Page, str], Path]:
    """A function that keeps a picture of a page under a name."""

    def save(page: Page, name: str) -> Path:
        path = artifacts / f"{_file_name(request)}-{name}.png"
        page.screenshot(path=path)
        return path

    return save


def _file_name(request: pytest.FixtureRequest) -> str:
    return re.sub(r"\W+", "-", request.node.name).strip("-")


def _keep(host: Host, artifacts: Path, name: str) -> None:
    """Keep the looks of the pages, what they said and what the server said."""
    for number, page in enumerate(host.pages):
        page.screenshot(path=artifacts / f"{name}-failed-{number}.png")
    log = host.server.log.read_text(encoding="utf-8", errors="replace")
    said = [*host.watch.errors, *(f"refused: {url}" for url in host.watch.refused), "", log]
    (artifacts / f"{name}-failed.txt").write_text("\n".join(said), encoding="utf-8")
