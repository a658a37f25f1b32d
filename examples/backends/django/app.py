"""A Django backend that knows who is asking. Run it: python app.py runserver 8000"""

import os
import sys
from functools import wraps

import urllib3
from asgiref.sync import async_to_sync, iscoroutinefunction
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse, JsonResponse
from django.urls import path

GATEHOUSE = os.environ.get("GATEHOUSE_URL", "http://localhost:3000").rstrip("/")
OUR_PAGES = {"http://localhost:8080"}  # the origins that may write
http = urllib3.PoolManager(maxsize=64, timeout=urllib3.Timeout(total=0.8), retries=False)  # connections; seconds


def signed_in(view):
    """Give a view `request.caller`; else answer 401 for nobody, 403 for another site, 503 for cannot know."""
    answer_by = async_to_sync(view) if iscoroutinefunction(view) else view

    @wraps(view)
    def asked(request, *args, **kwargs):
        if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get("Origin") not in OUR_PAGES:
            return HttpResponse(status=403)
        cookie = request.headers.get("Cookie", "")
        if "better-auth.session_token" not in cookie:
            return HttpResponse(status=401)
        try:
            answer = http.request("GET", f"{GATEHOUSE}/api/session", headers={"Cookie": cookie}, redirect=False)
            body = answer.json()
            if answer.status == 401 and body["error"]["code"] == "no_session":
                return HttpResponse(status=401)
            request.caller = body["user"] if answer.status == 200 and body["user"]["id"] else None
        except (urllib3.exceptions.HTTPError, ValueError, LookupError, TypeError, RecursionError):
            request.caller = None
        return answer_by(request, *args, **kwargs) if request.caller else HttpResponse(status=503)

    return asked


@signed_in
def me(request):
    return JsonResponse({"name": request.caller["name"]})


@signed_in
async def notes(request):
    return JsonResponse({"author": request.caller["name"]}, status=201)


urlpatterns = [path("me", me), path("notes", notes)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"])
if __name__ == "__main__":
    execute_from_command_line(sys.argv)
