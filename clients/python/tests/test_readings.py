"""How an answer is read: the odd ones of `clients/contract/readings`, of which every client makes the same."""

import json
from typing import Any

import pytest
from gatehouse_fastapi import Unavailable
from gatehouse_fastapi.caller import read_answer
from gatehouse_fastapi.reading import Received
from processes import root

contract = json.loads((root / "clients/contract/readings/session.json").read_text())


@pytest.mark.parametrize("row", contract["answers"], ids=lambda row: row["what"])
def test_an_answer_is_read_as_the_contract_says(row: dict[str, Any]) -> None:
    content_type = row.get("type", "application/json").encode()
    try:
        answer = read_answer(Received(row["status"], content_type, row["body"].encode("latin-1")))
    except Unavailable:
        assert row["is"] == "unavailable"
    else:
        assert row["is"] == ("somebody" if answer else "nobody")
