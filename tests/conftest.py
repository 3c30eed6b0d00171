"""What every test can ask for, and the guard that keeps tests on this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]

# The same cases in every run, on machines of any speed; HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden sites anew; then read the difference like code")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the corpus of real files, named by CALLBOARD_SHARED or beside the repository."""
    folder = Path(os.environ.get("CALLBOARD_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("the corpus is not here: CALLBOARD_SHARED names no folder, and there is no ../shared")
    return folder.resolve()


@pytest.fixture(scope="session")
def oracles() -> Path:
    """The folder where the programs are installed that conformance is judged by, named by CALLBOARD_ORACLES."""
    named = os.environ.get("CALLBOARD_ORACLES", "")
    if not named or not Path(named).is_dir():
        pytest.skip("the oracles are not installed: CALLBOARD_ORACLES names no folder")
    return Path(named).resolve()


class NetworkIsOffInTests(AssertionError):
    """A test reached beyond this machine: somewhere a fake is missing."""


def _stays_here(family: int, address: Any) -> bool:
    if family == socket.AF_UNIX:
        return True
    host = address[0] if isinstance(address, tuple) and address else ""
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse every connection of this process beyond loopback."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not _stays_here(self.family, address):
            raise NetworkIsOffInTests(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not _stays_here(self.family, address):
            raise NetworkIsOffInTests(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield
