"""What a cache must never do, whatever the time."""

import time
from datetime import datetime, timedelta, timezone

from gatehouse_fastapi import Caller, Session, User
from gatehouse_fastapi.recent import Recent


def caller(seconds_left: float = 3600) -> Caller:
    now = datetime.now(timezone.utc)
    session = Session(id="s", created_at=now, expires_at=now + timedelta(seconds=seconds_left), fresh=True)
    return Caller(user=User(id="u", email="a@example.org", email_verified=True, name="A", image=None), session=session)


def test_it_never_outlives_the_session() -> None:
    recent = Recent(5)
    recent.keep("ended", caller(-1), time.monotonic())
    recent.keep("ends", caller(0.1), time.monotonic())
    assert recent.get("ended") is None
    time.sleep(0.11)  # the clock of the system decides, as it does for the session
    assert recent.get("ends") is None


def test_its_time_begins_when_the_question_was_asked() -> None:
    recent = Recent(1)
    recent.keep("cookie", caller(), time.monotonic() - 1)
    assert recent.get("cookie") is None


def test_it_is_bounded_and_keeps_what_is_used() -> None:
    recent, someone = Recent(5), caller()
    for number in range(4096):
        recent.keep(str(number), someone, time.monotonic())
    assert recent.get("0")
    recent.keep("one more", someone, time.monotonic())
    assert recent.get("1") is None
    assert recent.get("0")
    assert recent.get("one more")
