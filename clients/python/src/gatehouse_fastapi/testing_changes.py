"""What the small Gatehouse for tests tells of changes, as the real one does."""

import secrets
import threading
from datetime import datetime, timezone
from typing import Any

_hold_seconds = 0.4
_longest_seconds = 30 * 24 * 60 * 60
_fresh_seconds = 15 * 60


class ChangesTold:
    """The ids that changed, in their order; whoever polls waits for the next."""

    def __init__(self) -> None:
        """Nothing has changed yet."""
        self._turn = threading.Condition()
        self.restart()

    def restart(self) -> None:
        """Begin anew, as another process: no cursor from before is known."""
        with self._turn:
            self._process = secrets.token_hex(16)
            self._ids: list[str] = []
            self._turn.notify_all()

    def note(self, *ids: str) -> None:
        """These sessions and users changed."""
        with self._turn:
            self._ids += ids
            self._turn.notify_all()

    def since(self, cursor: str) -> dict[str, Any]:
        """Give the body of the answer to a poll, as soon as something changed, or after a while."""
        with self._turn:
            if cursor == self._cursor():
                self._turn.wait(_hold_seconds)
            process, _, position = cursor.partition(".")
            told: dict[str, Any] = {"cursor": self._cursor()}
            if process == self._process and position.isdecimal():
                told["ids"] = list(dict.fromkeys(self._ids[int(position) :]))
            else:
                told["reset"] = True
        limits = {"longestSeconds": _longest_seconds, "freshSeconds": _fresh_seconds}
        return {**told, "now": instant(datetime.now(timezone.utc)), **limits}

    def _cursor(self) -> str:
        return f"{self._process}.{len(self._ids)}"


def instant(time: datetime) -> str:
    """Write a time as Gatehouse does."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"
