"""Notes that everybody keeps for themselves: a small API behind a Gatehouse login."""

import os
from collections import defaultdict
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from gatehouse_fastapi import Caller, Gatehouse, User
from pydantic import BaseModel, Field

docs_origin = os.environ.get("DOCS_ORIGIN", "http://localhost:8080")
own_origin = os.environ.get("API_ORIGIN", "http://localhost:8000")

gatehouse = Gatehouse(
    os.environ.get("GATEHOUSE_URL", "http://localhost:3000"),
    allowed_origins=[docs_origin, own_origin],
    public_url=os.environ.get("GATEHOUSE_PUBLIC_URL"),
)
app = FastAPI(title="Notes", lifespan=gatehouse.lifespan)
app.add_middleware(
    CORSMiddleware,
    allow_origins=[docs_origin],  # exactly: with credentials there is no "*"
    allow_credentials=True,
    allow_methods=["GET", "POST", "DELETE"],
    allow_headers=["content-type"],
)

SomeCaller = Annotated[Caller, Depends(gatehouse.caller)]
ProvenCaller = Annotated[Caller, Depends(gatehouse.require(fresh=True))]


class Draft(BaseModel):
    """What somebody wants to note."""

    text: str = Field(min_length=1, max_length=1000)


class Note(Draft):
    """What was noted."""

    id: str


most_notes = 100  # for one person
notes: defaultdict[str, dict[str, Note]] = defaultdict(dict)  # by the person's id; gone when the program ends


@app.get("/")
async def home(caller: Annotated[Caller | None, Depends(gatehouse.maybe_caller)]) -> dict[str, str]:
    """Greets everybody."""
    return {"message": f"Hello, {caller.user.name if caller else 'stranger'}."}


@app.get("/me")
async def me(caller: SomeCaller) -> User:
    """Tells who is calling."""
    return caller.user


@app.get("/notes")
async def list_notes(caller: SomeCaller) -> list[Note]:
    """Lists one's own notes."""
    return list(notes[caller.user.id].values())


@app.post("/notes", status_code=201)
async def add_note(draft: Draft, caller: SomeCaller) -> Note:
    """Keeps a note."""
    own = notes[caller.user.id]
    if len(own) >= most_notes:
        raise HTTPException(409, f"{most_notes} notes are enough.")
    note = Note(id=uuid4().hex, text=draft.text)
    own[note.id] = note
    return note


@app.delete("/notes", status_code=204)
async def delete_all_notes(caller: ProvenCaller) -> None:
    """Deletes all one's notes, which asks for a recent proof of who one is."""
    notes.pop(caller.user.id, None)
