"""How the trail bears a million lines: `python -m tests.bench.trail [--lines 1000000] [--url POSTGRES]`.

Makes a demonstration, adds so many invented lines through the chain, and prints how long that took, how long the pages
of the trail take (median of the processor's time, which a busy machine does not lengthen, and their queries), what
one line costs at the commit, and how long `audit verify` walks.
Ends with 1 when a page takes more than half a second or more than twelve queries, or the trail is not whole.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app import clock, create_app, demo
from app.engines import Base
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.verifying import verify
from app.models.caseload.client import Client
from tests.bench.pages import PASSWORD, Asked, answers_to, token_of
from tests.browser import MOST_QUERIES
from tests.conftest import settings

LONGEST = 500.0
AT_ONCE = 10_000
KINDS = {
    EventKind.CLIENT_VIEWED: 700, EventKind.SEARCHED: 80, EventKind.CLIENT_CHANGED: 60, EventKind.NOTE_SIGNED: 60,
    EventKind.SIGNED_IN: 40, EventKind.SIGNED_OUT: 30, EventKind.PAPER_PRINTED: 20, EventKind.ACCESS_REFUSED: 9,
    EventKind.TRAIL_EXPORTED: 1,
}  # fmt: skip
OF_A_FILE = {EventKind.CLIENT_VIEWED, EventKind.CLIENT_CHANGED, EventKind.NOTE_SIGNED, EventKind.PAPER_PRINTED}
PAGES = [
    Asked("the agency’s trail", "ruth", "/trail/"),
    Asked("its exports (rare)", "ruth", "/trail/?sort=exported"),
    Asked("what was refused", "ruth", "/trail/?sort=refused"),
    Asked("a year ago", "ruth", "/trail/?to_on={year_ago}"),
    Asked("one person’s views", "ruth", "/trail/?by=2&sort=viewed"),
    Asked("a member of staff", "ruth", "/users/2/trail/"),
    Asked("their exports (rare)", "ruth", "/users/2/trail/?sort=exported"),
    Asked("a member of staff, supervisor", "marcus", "/users/2/trail/"),
    Asked("a client’s file (busiest)", "dana", "/clients/1/trail/"),
    Asked("its changes", "dana", "/clients/1/trail/?sort=changed"),
    Asked("who was refused it", "dana", "/clients/1/trail/?sort=refused"),
    Asked("what was shared", "dana", "/clients/1/disclosures/"),
    Asked("client page", "dana", "/clients/1/"),
    Asked("my day", "dana", "/"),
]


def add_lines(count: int) -> float:
    """Add so many lines over two years; returns the seconds it took."""
    chance, began = random.Random(7), time.perf_counter()
    clients = list(db.session.scalars(sa.select(Client.id)))
    kinds, weights = list(KINDS), list(KINDS.values())
    start, step = clock.now() - timedelta(days=730), timedelta(days=730) / max(1, count)
    for first in range(0, count, AT_ONCE):
        for n in range(first, min(count, first + AT_ONCE)):
            kind = chance.choices(kinds, weights)[0]
            client = 1 if chance.random() < 0.01 else chance.choice(clients)
            refused = kind is EventKind.ACCESS_REFUSED
            named = {"record_kind": "client", "record_id": client} if kind in OF_A_FILE or refused else {}
            Event.queue(
                kind, by_id=chance.randint(1, 5), created_at=start + step * n, address="192.0.2.7", endpoint="x",
                client_id=client if kind in OF_A_FILE else None, **named,
            )  # fmt: skip
        db.session.commit()
    return time.perf_counter() - began


def cost_of_a_line(times: int = 100) -> tuple[float, float]:
    """Milliseconds of a commit without a line and with one, the median of so many."""

    def timed(with_line: bool) -> float:
        began = time.perf_counter()
        db.session.execute(sa.text("UPDATE client SET pronouns = pronouns WHERE id = 1"))
        if with_line:
            Event.queue(EventKind.CLIENT_VIEWED, by_id=1, client_id=1)
        db.session.commit()
        return (time.perf_counter() - began) * 1000

    return tuple(statistics.median(timed(with_line) for _ in range(times)) for with_line in (False, True))  # type: ignore[return-value]


def main() -> int:
    """Measure, print, and say whether it is good enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.trail", description=__doc__.split("\n\n")[0])
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines of the trail (1000000)")
    parser.add_argument("--times", type=int, default=5, help="how often each page is asked for (5)")
    parser.add_argument("--url", default="", help="an empty Postgres instead of a SQLite file")
    chosen = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        app = create_app(settings(chosen.url or f"sqlite:///{folder}/trail.db", Path(folder)))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            demo.build(password=PASSWORD)
            tokens = {name: token_of(name) for name in {page.who for page in PAGES}}
            db.session.commit()
            spent = add_lines(chosen.lines)
            print(f"{chosen.lines:,} lines added in {spent:.0f} s ({spent / chosen.lines * 1e6:.0f} µs each)")
            db.session.execute(sa.text("ANALYZE"))
            db.session.commit()
            without, with_one = cost_of_a_line()
            print(f"a commit takes {without:.2f} ms, with a line {with_one:.2f} ms")
            year_ago = (clock.today() - timedelta(days=365)).isoformat()
            db.session.remove()
        for page in PAGES:
            asked = page._replace(path=page.path.format(year_ago=year_ago))
            found = answers_to(app, asked, tokens[page.who], times=chosen.times, watch=time.process_time)
            slow = found.ms > LONGEST or found.queries > MOST_QUERIES
            good = good and not slow
            print(f"{page.name:<32}{found.ms:>8.1f} ms{found.queries:>5} queries{'  ←' if slow else ''}", flush=True)
        with app.app_context():
            before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
            verdict = verify()
            lasted = time.perf_counter() - began
            more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            print(
                f"verify: {verdict.lines:,} lines in {lasted:.0f} s, {more:.0f} MB more at its peak, whole: {verdict.whole}"
            )
            db.session.remove()
            db.engine.dispose()
    return 0 if good and verdict.whole else 1


if __name__ == "__main__":
    sys.exit(main())
