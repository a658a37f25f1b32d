"""A role that is asked for: who has it not is turned away, and what is no role lets nobody in."""

import asyncio

import httpx
import pytest
from conftest import Place
from gatehouse_fastapi import Gatehouse, Refused
from gatehouse_fastapi.testing import TestGatehouse
from starlette.requests import Request

slips = [None, "", 5, True, ["admin"]]


def test_a_role_can_be_required(place: Place, browser: httpx.Client) -> None:
    for roles in ((), ("support",), ("Admin", "admin2")):
        headers = {"cookie": place.login.sign_in(roles=roles)}
        got = browser.get(f"{place.origin}/admin", headers=headers)
        assert (got.status_code, got.json()["detail"]["code"]) == (403, "role_needed")
        assert got.json()["detail"]["message"] == "Your account doesn\u2019t have the role that this needs."
        assert "url" not in got.json()["detail"]
        assert browser.get(f"{place.origin}/me", headers=headers).status_code == 200
    headers = {"cookie": place.login.sign_in(roles=("admin", "support"))}
    assert browser.get(f"{place.origin}/admin", headers=headers).json() == "admin support"


@pytest.mark.parametrize("slip", slips, ids=repr)
def test_what_is_no_role_is_refused_when_the_program_starts(slip: object) -> None:
    """An environment without the variable that was to name the role: everybody signed in was let in."""
    with pytest.raises(ValueError, match="role"):
        Gatehouse("http://gatehouse").require(role=slip)  # type: ignore[arg-type]


def visit(login: TestGatehouse, cookie: str, role: object) -> str:
    async def check() -> str:
        gatehouse = Gatehouse(login.url)
        request = Request({"type": "http", "method": "GET", "headers": [(b"cookie", cookie.encode())]})
        try:
            caller = await gatehouse.check(request, role=role)  # type: ignore[arg-type]
            return caller.user.email
        finally:
            await gatehouse.close()

    return asyncio.run(check())


@pytest.mark.parametrize("slip", slips, ids=repr)
def test_what_is_no_role_lets_nobody_in(slip: object, small: TestGatehouse) -> None:
    with pytest.raises(ValueError, match="role"):
        visit(small, small.sign_in(roles=("admin",)), slip)


def test_a_role_is_checked_where_no_dependency_is(small: TestGatehouse) -> None:
    assert visit(small, small.sign_in(roles=("admin",)), "admin") == "ada@example.org"
    with pytest.raises(Refused) as refused:
        visit(small, small.sign_in(roles=("support",)), "admin")
    assert refused.value.code == "role_needed"
