"""Real programs in processes of their own: a Gatehouse with its embedded database, and an API under uvicorn."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

root = Path(__file__).parents[3]
_run_sql = """
import { PGlite } from "@electric-sql/pglite";
const database = await PGlite.create(process.argv[1]);
await database.exec(process.argv[2]);
await database.close();
"""


def free_port() -> int:
    """A port nobody listens on, below those that the system gives to outgoing connections: so none takes it first."""
    for _ in range(100):
        port = 10_240 + secrets.randbelow(22_528)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("A hundred ports in a row are taken.")


class Program:
    """A process that serves HTTP. Ended by its id, and nobody else's."""

    def __init__(self, command: list[str], folder: Path, port: int, environment: dict[str, str], ready: str) -> None:
        self.command, self.folder, self.port, self.ready = command, folder, port, ready
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = inherited | environment
        self.origin = f"http://localhost:{port}"
        self.printed = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the program
        self.begin()
        self.wait()

    def begin(self) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=self.environment, stdout=self.printed, stderr=self.printed
        )

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.command[0]} ended: {self.output()}")
            try:
                if httpx.get(self.origin + self.ready, timeout=2, trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise RuntimeError(f"{self.command[0]} does not answer: {self.output()}")

    def output(self) -> str:
        self.printed.seek(0)
        return self.printed.read().decode()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.kill()
        self.printed.close()

    def restart(self) -> None:
        self.begin()
        self.wait()


class Login(Program):
    """The real Gatehouse, in local mode."""

    def __init__(self, folder: Path, docs_origin: str = "https://docs.example.com") -> None:
        port = free_port()
        self.live_key = secrets.token_urlsafe(32)
        environment = {"PORT": str(port), "DATA_DIR": str(folder), "TRUSTED_ORIGINS": docs_origin}
        environment["GATEHOUSE_BACKEND_KEY"] = self.live_key
        self.cluster = folder / "embedded" / "cluster"
        super().__init__(
            [os.environ.get("BUN", "bun"), "--no-env-file", "src/main.ts"], root, port, environment, "/readyz"
        )

    def sign_up(self, email: str, password: str = "correct horse battery staple") -> None:
        body = {"email": email, "password": password, "name": "Ada Example"}
        answer = self._post("/api/auth/sign-up/email", body)
        answer.raise_for_status()
        self.browser = _cookies(answer)

    def sign_in(self, email: str, password: str = "correct horse battery staple") -> str:
        """Sign in; gives the `Cookie` header that a browser would send."""
        answer = self._post("/api/auth/sign-in/email", {"email": email, "password": password})
        answer.raise_for_status()
        return _cookies(answer)

    def sign_out(self, cookie: str) -> None:
        self._post("/api/auth/sign-out", {}, {"cookie": cookie}).raise_for_status()

    def age_sessions(self) -> None:
        """Make every sign-in an hour older. It ends and starts again: meanwhile its database can be written to."""
        self.kill()
        self.run_sql("update session set created_at = created_at - interval '1 hour'")
        self.restart()

    def run_sql(self, statement: str) -> None:
        """Write to the database of a Gatehouse that has ended."""
        subprocess.run([self.command[0], "-e", _run_sql, self.cluster, statement], cwd=root, check=True, timeout=60)

    def confirm_all(self) -> None:
        """Confirm every new address as its owner does: with the link from the mail, in the browser that signed up."""
        with httpx.Client(base_url=self.origin, trust_env=False) as browser:
            for mail in re.findall(r'href="(/dev/mail/[^"]+)"', browser.get("/dev/mail").text):
                link = re.search(r"/verify-email\?token=([\w-]+)", browser.get(mail).text)
                if link:
                    headers = {"origin": self.origin, "cookie": self.browser}
                    browser.post("/verify-email", data={"token": link[1]}, headers=headers)

    def _post(self, path: str, body: dict[str, str], headers: dict[str, str] | None = None) -> httpx.Response:
        headers = {"origin": self.origin} | (headers or {})
        return httpx.post(self.origin + path, json=body, headers=headers, timeout=20, trust_env=False)


def _cookies(answer: httpx.Response) -> str:
    return "; ".join(line.split(";")[0] for line in answer.headers.get_list("set-cookie"))


class Api(Program):
    """An app of a folder under a real uvicorn with one worker."""

    def __init__(self, app: str, folder: Path, environment: dict[str, str]) -> None:
        port = free_port()
        python = os.environ.get("EXAMPLE_PYTHON", sys.executable)
        command = [python, "-m", "uvicorn", app, "--host", "localhost", "--port", str(port)]
        super().__init__([*command, "--no-access-log"], folder, port, environment, "/openapi.json")
