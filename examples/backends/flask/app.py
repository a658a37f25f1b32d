"""A Flask backend that knows who is asking. Run it: flask --app app run --port 8000"""

import os

import urllib3
from flask import Flask, abort, request

GATEHOUSE = os.environ.get("GATEHOUSE_URL", "http://localhost:3000").rstrip("/")
OUR_PAGES = {"http://localhost:8080"}  # the origins that may write
http = urllib3.PoolManager(maxsize=64, timeout=urllib3.Timeout(total=0.8), retries=False)  # connections; seconds
app = Flask(__name__)


def caller() -> dict:
    """Give the user who is asking; else end the request: 401 for nobody, 403 for another site, 503 for cannot know."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get("Origin") not in OUR_PAGES:
        abort(403)
    cookie = request.headers.get("Cookie", "")
    if "better-auth.session_token" not in cookie:
        abort(401)
    try:
        answer = http.request("GET", f"{GATEHOUSE}/api/session", headers={"Cookie": cookie}, redirect=False)
        body = answer.json()
        if answer.status == 200 and body["user"]["id"]:
            return body["user"]
        is_nobody = answer.status == 401 and body["error"]["code"] == "no_session"
    except (urllib3.exceptions.HTTPError, ValueError, LookupError, TypeError, RecursionError):
        is_nobody = False
    abort(401 if is_nobody else 503)


@app.get("/me")
def me():
    return {"name": caller()["name"]}


@app.post("/notes")
def write():
    return {"author": caller()["name"]}, 201
