"""What the dependency adds to a request. Needs `wrk`, and the package with its development requirements.

    python bench/python/measure.py [seconds of one measurement] [rounds]

Starts the real Gatehouse with its embedded database and one uvicorn worker. The four routes take turns, so that a
busy moment of the machine falls on all of them; of each figure the median of the rounds is shown. The time of a core
that uvicorn takes for a request says more than the rate where other programs run too.
"""

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import NamedTuple

here = Path(__file__).parent
sys.path.append(str(here.parents[1] / "clients" / "python" / "tests"))
from processes import Api, Login  # noqa: E402 - found there

people = 40  # sessions; one person may have fifty
routes = {
    "/open": "no dependency",
    "/by-hand": "a call written by hand",
    "/dependency": "`gatehouse.caller`",
    "/live": "`gatehouse.caller` with `live_key`",
}
crowd = 16  # connections


class Measured(NamedTuple):
    """One run of wrk: requests a second, milliseconds, and microseconds of a core for each request."""

    rate: float
    p50: float
    p99: float
    core: float


def main() -> None:
    """Measure, and print a table."""
    seconds, rounds = (int(value) for value in (sys.argv[1:] + ["5", "5"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        login = Login(Path(folder) / "data")
        try:
            cookies = Path(folder) / "cookies"
            cookies.write_text("\n".join(sign_in_often(login)))
            api = Api("app:app", here, {"GATEHOUSE_URL": login.origin, "LIVE_KEY": login.live_key})
            try:
                show(measure(api, cookies, seconds, rounds), seconds, rounds)
            finally:
                api.end()
        finally:
            login.end()


def sign_in_often(login: Login) -> list[str]:
    """Sessions of one person; gives their cookies."""
    login.sign_up("ada@example.org")
    return [login.sign_in("ada@example.org") for _ in range(people)]


Figures = dict[tuple[str, int], list[Measured]]


def measure(api: Api, cookies: Path, seconds: int, rounds: int) -> Figures:
    """All routes, with one connection and with a crowd, in turns."""
    figures: Figures = defaultdict(list)
    for route in routes:
        wrk(api, route, cookies, (crowd, 3))  # everything is warm, and in memory
    for turn in range(rounds):
        for route in list(routes)[turn % 4 :] + list(routes)[: turn % 4]:
            for connections in (1, crowd):
                figures[route, connections].append(wrk(api, route, cookies, (connections, seconds)))
    return figures


def core_seconds(process: int) -> float:
    """The time of cores that a process has taken, as Linux counts it."""
    words = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def wrk(api: Api, route: str, cookies: Path, load: tuple[int, int]) -> Measured:
    """One measurement. Raises when a single request was answered with anything but 2xx."""
    connections, seconds = load
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "-s",
        str(here / "visitors.lua"),
        api.origin + route,
        "--",
        str(cookies),
    ]
    before = core_seconds(api.process.pid)
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    taken = core_seconds(api.process.pid) - before
    rate, p50, p99, failed = (float(word) for word in printed.split("measured ")[1].split())
    if failed:
        raise RuntimeError(f"{failed:g} requests to {route} failed.")
    return Measured(rate, p50, p99, taken / (rate * seconds) * 1e6)


def show(figures: Figures, seconds: int, rounds: int) -> None:
    """Print the table."""

    def middle(route: str, connections: int) -> Measured:
        return Measured(*(median(column) for column in zip(*figures[route, connections], strict=True)))

    bare, bare_crowd = middle("/open", 1), middle("/open", crowd)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{rounds} rounds of {seconds} s, {people} sessions, one uvicorn worker, embedded database; load {load}\n")
    rate = f"requests/s, {crowd} connections"
    print(f"| route | p50 ms | adds | p99 ms | adds | {rate} | of no dependency | µs of a core | of it |")
    print("|---|---|---|---|---|---|---|---|---|")
    for route, name in routes.items():
        alone, many = middle(route, 1), middle(route, crowd)
        added = [f"{value:.2f}" if route != "/open" else "" for value in (alone.p50 - bare.p50, alone.p99 - bare.p99)]
        share = f"{many.rate / bare_crowd.rate:.0%}" if route != "/open" else ""
        alike = f"{bare_crowd.core / many.core:.0%}" if route != "/open" else ""
        times = f"{alone.p50:.2f} | {added[0]} | {alone.p99:.2f} | {added[1]}"
        print(f"| {name} | {times} | {many.rate:,.0f} | {share} | {many.core:.0f} | {alike} |")


if __name__ == "__main__":
    main()
