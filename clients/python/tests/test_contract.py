"""Every golden answer of `clients/contract/`, as the client reads it and as the small Gatehouse gives it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from apps import make_app
from gatehouse_fastapi import Gatehouse
from gatehouse_fastapi.testing import TestGatehouse
from processes import root
from servers import Told, answer, serve

golden_files = sorted((root / "clients" / "contract").glob("*.json"))
texts = {"<id>": "ETZJ", "<email>": "ada@example.org", "<name>": "Ada", "<time>": "2026-11-20T21:53:38.277Z"}
expected = {
    200: (200, "ada@example.org"),
    401: (401, "no_session"),
    503: (503, "unavailable"),
    204: (503, "unavailable"),
}


def filled(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """A golden body with something in the places that differ from person to person."""
    if isinstance(part, dict):
        return {name: filled(value) for name, value in part.items()}
    if isinstance(part, list):
        return [filled(value) for value in part]
    return True if part == "<boolean>" else texts.get(part, part)


def test_there_are_golden_answers() -> None:
    assert {json.loads(file.read_text())["response"]["status"] for file in golden_files} == set(expected)


@pytest.mark.parametrize("file", golden_files, ids=lambda file: file.stem)
def test_a_golden_answer_is_understood(file: Path, browser: httpx.Client) -> None:
    response = json.loads(file.read_text())["response"]
    body = "" if response["body"] is None else json.dumps(filled(response["body"]), separators=(",", ":"))
    with Told(lambda _: answer(response["status"], body, response["headers"])) as told:
        app, reached = make_app(Gatehouse(told.origin))
        with serve(app) as origin:
            got = browser.get(f"{origin}/me", headers={"cookie": "better-auth.session_token=a.b"})
    status, word = expected[response["status"]]
    assert got.status_code == status
    assert (got.json() if status == 200 else got.json()["detail"]["code"]) == word
    assert reached.names == (["me"] if status == 200 else [])


@pytest.mark.parametrize("name", ["nobody", "signed-in", "unavailable"])
def test_the_small_gatehouse_gives_the_golden_answer(
    name: str, contract: Path, small: TestGatehouse, browser: httpx.Client
) -> None:
    response = json.loads((contract / f"{name}.json").read_text())["response"]
    small.is_unavailable = name == "unavailable"
    cookie = small.sign_in() if name == "signed-in" else "better-auth.session_token=a.b"
    got = browser.get(f"{small.url}/api/session", headers={"cookie": cookie})
    assert got.status_code == response["status"]
    assert response["headers"].items() <= dict(got.headers).items()
    assert not set(response["absentHeaders"]) & set(got.headers)
    assert same_shape(got.json(), response["body"])


def same_shape(found: Any, golden: Any) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(golden, dict):
        return list(found) == list(golden) and all(same_shape(found[name], golden[name]) for name in golden)
    if isinstance(golden, list):
        return bool(found == golden)
    if golden == "<boolean>":
        return isinstance(found, bool)
    return isinstance(found, str) if golden in texts else bool(found == golden)
