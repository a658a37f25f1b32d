"""What a tired developer writes: nothing of it lets anybody in, and each says what to write."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import Body, Cookie, Depends, FastAPI, Header, Query
from fastapi.testclient import TestClient
from gatehouse_fastapi import Caller, Gatehouse, Session, User
from gatehouse_fastapi.testing import TestGatehouse
from pydantic import BaseModel, TypeAdapter

user = {"id": "1", "email": "a@example.org", "emailVerified": True, "name": "Eve", "image": "e.png", "roles": ["admin"]}
times = {"createdAt": "2026-11-20T21:53:38.277Z", "expiresAt": "2026-11-27T21:53:38.277Z"}
session = {"id": "2", "fresh": True, "factors": 2, "methods": ["password"], **times}
gatehouse = Gatehouse("http://gatehouse")


class Note(BaseModel):
    author: User
    reader: User


def app_with(kind: Any) -> FastAPI:  # noqa: ANN401 - whatever may stand behind a parameter
    app = FastAPI()

    def notes(caller: object) -> str:
        return "in"

    notes.__annotations__["caller"] = kind
    app.post("/notes")(notes)
    return app


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Caller, {"user": user, "session": session}),
        (Caller | None, {"user": user, "session": session}),
        (Annotated[Caller, gatehouse.caller], {"user": user, "session": session}),
        (Annotated[Caller, Body(embed=True)], {"caller": {"user": user, "session": session}}),
        (User, user),
        (Session, session),
        (list[User], [user]),
        (Note, {"author": user, "reader": user}),
    ],
)
def test_nobody_says_in_a_body_who_they_are(kind: Any, body: object) -> None:  # noqa: ANN401 - as above
    answer = TestClient(app_with(kind)).post("/notes", json=body)
    assert answer.status_code == 422
    assert {error["type"] for error in answer.json()["detail"]} == {"not_given"}
    assert "Write Annotated[Caller, Depends(gatehouse.caller)]." in answer.text


@pytest.mark.parametrize("place", [Query, Header, Cookie])
def test_nobody_says_elsewhere_in_a_request_who_they_are(place: Callable[[], object]) -> None:
    fields = {name: str(value).lower() for name, value in user.items()}
    headers = {**fields, "cookie": "; ".join(f"{name}={value}" for name, value in fields.items())}
    answer = TestClient(app_with(Annotated[User, place()])).post("/notes", params=fields, headers=headers)
    assert (answer.status_code, answer.json()["detail"][0]["type"]) == (422, "not_given")


@pytest.mark.parametrize("slip", [gatehouse.require, gatehouse.check, Caller, User, Session])
def test_what_is_no_dependency_is_refused_when_the_program_starts(slip: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match=r"Write Depends\(gatehouse\.caller\)"):
        app_with(Annotated[Caller, Depends(slip)])
    with pytest.raises(TypeError, match=r"Write Depends\(gatehouse\.caller\)"):
        FastAPI().get("/notes", dependencies=[Depends(slip)])(lambda: "in")


@pytest.mark.parametrize("kind", [Caller, User, Session])
def test_a_class_that_is_taken_for_its_own_dependency_is_refused_too(kind: type) -> None:
    with pytest.raises(TypeError, match=r"Write Depends\(gatehouse\.caller\)"):
        app_with(Annotated[kind, Depends()])


@pytest.mark.parametrize("slip", [{"roles": "admin"}, {"methods": "totp"}])
def test_a_list_that_is_a_text_signs_nobody_in_for_a_test(slip: dict[str, Any]) -> None:
    with TestGatehouse() as login, pytest.raises(TypeError, match="write a tuple"):
        login.sign_in(**slip)


def test_whoever_is_known_may_be_answered_and_kept() -> None:
    app = FastAPI()
    with TestGatehouse() as login:
        known = Annotated[Caller, Depends(Gatehouse(login.url).caller)]

        @app.get("/note")
        def note(caller: known) -> Note:
            return Note(author=caller.user, reader=caller.user)

        @app.get("/caller")
        def me(caller: known) -> Caller:
            return caller

        headers = {"cookie": login.sign_in(email="ada@example.org")}
        with TestClient(app) as browser:
            assert browser.get("/note", headers=headers).json()["author"]["email"] == "ada@example.org"
            assert browser.get("/caller", headers=headers).json()["user"]["email"] == "ada@example.org"
            assert {"Caller", "Note"} <= set(browser.get("/openapi.json").json()["components"]["schemas"])
    kept = User.model_validate_json(User.model_validate(user).model_dump_json())
    assert TypeAdapter(list[User]).validate_python([kept]) == [User.model_validate(user)]
