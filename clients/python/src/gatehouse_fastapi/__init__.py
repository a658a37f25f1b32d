"""Who is calling? One dependency for FastAPI and Starlette behind a Gatehouse login."""

from .caller import Caller, Session, Unavailable, User
from .gatehouse import Gatehouse
from .openapi import document
from .refusal import Refused, answer_as_error
from .sync import SyncGatehouse

__all__ = [
    "Caller",
    "Gatehouse",
    "Refused",
    "Session",
    "SyncGatehouse",
    "Unavailable",
    "User",
    "answer_as_error",
    "document",
]
