"""How a `Cookie` header is read: the answers of `clients/contract/cookies`, which the program is held to as well."""

import json

import pytest
from gatehouse_fastapi.incoming import own_cookies
from processes import root

contract = json.loads((root / "clients/contract/cookies/session.json").read_text())


@pytest.mark.parametrize("row", contract["headers"], ids=lambda row: row["what"])
def test_a_header_is_read_as_the_contract_says(row: dict[str, str | None]) -> None:
    read = own_cookies([(b"cookie", str(row["header"]).encode("latin-1"))])
    value = None if read is None else read.removeprefix(f"{contract['name']}=").strip('"')
    assert value == row["value"]
