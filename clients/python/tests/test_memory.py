"""What is in memory never counts for longer than it may, whatever comes in which order."""

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from gatehouse_fastapi import Caller, Session, Unavailable, User
from gatehouse_fastapi.memory import Changes, Memory, Moment, read_changes
from gatehouse_fastapi.reading import Received
from processes import root

contract = json.loads((root / "clients" / "contract" / "memory" / "scenarios.json").read_text())
cookie = "better-auth.session_token=a.b"


def instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def caller(
    session: dict[str, Any] = contract["session"], *, session_id: str = "s", user_id: str = "u", ahead: int = 0
) -> Caller:
    there = ahead or contract["ahead"]
    return Caller(
        user=User(id=user_id, email="ada@example.org", email_verified=True, name="Ada", image=None),
        session=Session(
            id=session_id,
            created_at=instant(there + session["createdAt"]),
            expires_at=instant(there + session["expiresAt"]),
            fresh=session["fresh"],
        ),
    )


def at(seconds: float) -> Moment:
    return Moment(seconds, 7_000_000 + seconds)


def told(ids: list[str] | None, asked: float = 0, ahead: int = contract["ahead"]) -> Changes:
    limits = {"longest_seconds": contract["longestSeconds"], "fresh_seconds": contract["freshSeconds"]}
    now = instant(ahead + asked)
    if ids is None:
        return Changes(cursor="c.1", reset=True, now=now, **limits)
    return Changes(cursor="c.1", ids=tuple(ids), now=now, **limits)


def act_out(memory: Memory, step: dict[str, Any], somebody: Caller) -> None:
    now, own = at(step["at"]), step.get("cookie", cookie)
    if "told" in step:
        asked = step["told"]["asked"]
        changes = told(step["told"].get("ids"), asked, step["told"].get("ahead", contract["ahead"]))
        memory.hear(changes, at(asked), now)
    elif "kept" in step:
        session = somebody.session.model_copy(update={"fresh": step["kept"].get("fresh", somebody.session.fresh)})
        memory.keep(own, somebody.model_copy(update={"session": session}), step["kept"]["asked"], now)
    elif "failed" in step:
        memory.suspend()
    elif "nobody" in step:
        memory.forget(own, now)
    else:
        found = memory.find(own, now)
        assert (found is not None) == step["hit"], step
        if found and "fresh" in step:
            assert found.session.fresh == step["fresh"], step


@pytest.mark.parametrize("scenario", contract["scenarios"], ids=lambda scenario: scenario["what"])
def test_the_contract_of_a_memory_is_kept(scenario: dict[str, Any]) -> None:
    memory, somebody = Memory(), caller(scenario.get("session", contract["session"]))
    for step in scenario["steps"]:
        act_out(memory, step, somebody)


def filled(memory: Memory) -> None:
    """It was told everything, long enough ago."""
    memory.hear(told(None), at(0), at(0))
    memory.hear(told([], 3), at(3), at(3))


def test_either_clock_ends_it() -> None:
    """The steady one stands still while a machine is suspended; the other can be set back."""
    memory = Memory()
    filled(memory)
    memory.keep(cookie, caller(), 3, at(3))
    assert memory.find(cookie, Moment(4, at(4).wall))
    assert memory.find(cookie, Moment(4, at(6).wall)) is None
    assert memory.find(cookie, Moment(6, at(4).wall)) is None
    assert memory.find(cookie, Moment(4, at(1).wall))  # set back by a little: the other one holds


def test_it_is_bounded_and_the_oldest_makes_room() -> None:
    memory = Memory(most=3)
    filled(memory)
    for number in range(5):
        memory.keep(f"cookie-{number}", caller(session_id=f"s{number}", user_id=f"u{number}"), 3, at(3))
    found = [memory.find(f"cookie-{number}", at(4)) is not None for number in range(5)]
    assert found == [False, False, True, True, True]
    memory.keep("cookie-2", caller(session_id="s2", user_id="u2"), 3, at(3))  # again: it takes one place
    assert [memory.find(f"cookie-{number}", at(4)) is not None for number in (2, 3, 4)] == [True, True, True]
    assert len(memory._by_id) == 6


def test_one_session_has_four_places_at_most_however_its_cookie_is_spelt() -> None:
    """Or somebody who is signed in could have everybody else forgotten, by a thousand spellings of one cookie."""
    memory = Memory(most=6)
    filled(memory)
    for number in range(2):
        memory.keep(f"other-{number}", caller(session_id=f"s{number}", user_id="u"), 3, at(3))
    for number in (*range(20), 16):  # the one that was kept again is the newest
        memory.keep(f"spelling-{number}", caller(), 3, at(3))
    memory.keep("spelling-20", caller(), 3, at(3))
    found = [number for number in range(21) if memory.find(f"spelling-{number}", at(4))]
    assert found == [16, 18, 19, 20]
    assert all(memory.find(f"other-{number}", at(4)) for number in range(2))
    memory.hear(told(["s"], 4), at(4), at(4))
    assert not any(memory.find(f"spelling-{number}", at(4)) for number in range(21))
    assert memory.find("other-0", at(4))


def test_all_sessions_of_a_user_are_forgotten_with_the_user() -> None:
    memory = Memory()
    filled(memory)
    for number in range(3):
        memory.keep(f"cookie-{number}", caller(session_id=f"s{number}", user_id="u" if number else "other"), 3, at(3))
    memory.hear(told(["u", "s0-is-no-other"], 4), at(4), at(4))
    assert [memory.find(f"cookie-{number}", at(4)) is not None for number in range(3)] == [True, False, False]


def test_a_flood_of_changes_takes_no_more_than_its_room_and_keeps_nothing_for_a_while() -> None:
    memory = Memory()
    filled(memory)
    memory.keep(cookie, caller(), 3, at(3))
    for hundred in range(150):
        memory.hear(told([f"{hundred}-{number}" for number in range(100)], 4), at(4), at(4))
    assert len(memory._told) <= 10_000
    assert memory.find(cookie, at(4.4))
    memory.keep(cookie, caller(), 4.5, at(4.5))  # which knows better, and cannot be kept
    assert memory.find(cookie, at(5)) is None
    memory.hear(told([], 7), at(7), at(7))
    memory.keep(cookie, caller(), 7, at(7))
    assert memory.find(cookie, at(8))


def test_no_cookie_is_in_it() -> None:
    memory = Memory()
    filled(memory)
    memory.keep(cookie, caller(), 3, at(3))
    assert "a.b" not in repr(vars(memory))
    other = Memory()
    assert memory._key(cookie) != other._key(cookie)  # the key of the hash is each memory's own


good = {"cursor": "c.1", "ids": [], "now": "2026-11-20T21:53:38.277Z", "longestSeconds": 10, "freshSeconds": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"ids": None},
        {"reset": True},
        {"ids": None, "reset": True},
        {"ids": "s"},
        {"ids": [1]},
        {"cursor": ""},
        {"cursor": "c 1"},
        {"cursor": "c\r\nX: y"},
        {"cursor": 1},
        {"now": "2026-11-20T21:53:38.277"},
        {"longestSeconds": "10"},
        {"freshSeconds": None},
    ],
    ids=str,
)
def test_what_tells_no_changes_is_no_answer(change: dict[str, Any]) -> None:
    assert read_changes(received(200, good)).ids == ()
    with pytest.raises(Unavailable):
        read_changes(received(200, {**good, **change}))


@pytest.mark.parametrize("status", [201, 204, 302, 401, 404, 500, 503])
def test_another_status_is_no_answer(status: int) -> None:
    with pytest.raises(Unavailable):
        read_changes(received(status, good))


def test_what_does_not_say_that_it_is_json_tells_no_changes() -> None:
    with pytest.raises(Unavailable):
        read_changes(received(200, good)._replace(type=b"text/html"))


def received(status: int, body: dict[str, Any]) -> Received:
    return Received(status, b"application/json", json.dumps(body).encode())
