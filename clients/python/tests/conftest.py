"""What several test files start from."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from apps import make_app
from gatehouse_fastapi import Gatehouse
from gatehouse_fastapi.testing import TestGatehouse
from processes import Api, Login, root
from servers import serve

docs_origin = "https://docs.example.com"


@pytest.fixture(scope="session")
def login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Login]:
    """The real Gatehouse. A test that stops it starts it again."""
    program = Login(tmp_path_factory.mktemp("login"), docs_origin)
    yield program
    program.end()


@pytest.fixture(scope="session")
def example(login: Login) -> Iterator[Api]:
    """The example under a real uvicorn, with the real Gatehouse behind it."""
    environment = {"GATEHOUSE_URL": login.origin, "DOCS_ORIGIN": docs_origin}
    program = Api("main:app", root / "examples" / "api", environment)
    yield program
    program.end()


@pytest.fixture
def small() -> Iterator[TestGatehouse]:
    """The small Gatehouse that the package brings for its users' tests."""
    with TestGatehouse() as login:
        yield login


@dataclass
class Place:
    """The small Gatehouse, an app that asks it, and which of the app's handlers ran."""

    login: TestGatehouse
    gatehouse: Gatehouse
    origin: str
    reached: list[str]


@pytest.fixture(scope="session")
def everywhere() -> Iterator[Place]:
    with TestGatehouse() as login:
        gatehouse = Gatehouse(login.url, allowed_origins=[docs_origin])
        app, reached = make_app(gatehouse)
        with serve(app) as origin:
            yield Place(login, gatehouse, origin, reached.names)


@pytest.fixture
def place(everywhere: Place) -> Place:
    """The one place of this run, as if nobody had been there."""
    everywhere.login.requests.clear()
    everywhere.reached.clear()
    return everywhere


@pytest.fixture
def contract() -> Path:
    return root / "clients" / "contract"


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=5) as client:
        yield client
