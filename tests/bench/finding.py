"""How quickly people are found in a very large agency: `python -m tests.bench.finding [--clients 100000] [--engine postgres]`.

Prints, for each question, the median and the slowest of the milliseconds that the server needed: by the clock, and of
the processor alone, which a busy machine does not lengthen. The first page and any search of three letters should stay
under 60 ms on SQLite; nothing here fails, for a measurement on a shared machine proves nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from app import create_app, demo
from app.engines import Base
from app.extensions import db
from tests.bench.pages import PASSWORD, Counter, databases, token_of
from tests.conftest import settings

GOAL_MS = 60.0


class Question(NamedTuple):
    """What is asked, by whom, where, and whether htmx asks for the fragment alone."""

    name: str
    who: str
    path: str
    fragment: bool = False


QUESTIONS = [
    Question("first page, mine", "dana", "/clients/"),
    Question("first page, all", "dana", "/clients/?view=all"),
    Question("first page, supervisor", "marcus", "/clients/"),
    Question("three letters, common (mar)", "dana", "/clients/?q=mar", True),
    Question("three letters, middle (ill)", "dana", "/clients/?q=ill", True),
    Question("three letters, rare (xav)", "dana", "/clients/?q=xav", True),
    Question("three letters, none (zzq)", "dana", "/clients/?q=zzq", True),
    Question("three digits, in phones (555)", "dana", "/clients/?q=555", True),
    Question("two words (jo gar)", "dana", "/clients/?q=jo+gar", True),
    Question("a whole page with it (gar)", "dana", "/clients/?q=gar"),
    Question("three letters, supervisor (mar)", "marcus", "/clients/?q=mar", True),
    Question(
        "who may be the same, typing", "dana", "/clients/new?first_name=Maria&last_name=Garcia&born_on=1990-03-04", True
    ),
    Question(
        "who may be the same, rare name",
        "dana",
        "/clients/new?first_name=Xavier&last_name=Quist&born_on=1981-03-04",
        True,
    ),
    Question("perhaps on record twice, a page", "marcus", "/duplicates/"),
]


class Answered(NamedTuple):
    """Milliseconds by the clock (median, slowest), of the processor (median), and the queries."""

    clock: float
    slowest: float
    processor: float
    queries: int


def ask(app: Any, question: Question, token: str, *, times: int) -> Answered:
    """Ask so many times; the first answer warms up and does not count."""
    client = app.test_client()
    client.set_cookie("handrail", token)
    headers = {"HX-Request": "true"} if question.fragment else {}
    clocks, processors, most = [], [], 0
    for turn in range(times + 1):
        with app.app_context():
            counted = Counter(db.engine)
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(question.path, headers=headers)
            lasted, work = time.perf_counter() - began, time.process_time() - worked
            counted.stop()
        assert answer.status_code == 200, f"{question.path}: {answer.status_code}"
        if turn:
            clocks.append(lasted * 1000)
            processors.append(work * 1000)
            most = max(most, counted.queries)
    return Answered(statistics.median(clocks), max(clocks), statistics.median(processors), most)


def main() -> int:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.finding", description=__doc__.split("\n\n")[0])
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--times", type=int, default=11)
    parser.add_argument("--keep", type=Path, help="a folder in which the SQLite database is kept and found again")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as name:
        folder = chosen.keep or Path(name)
        folder.mkdir(exist_ok=True)
        with databases(chosen.engine, folder) as made:
            url = made(chosen.clients)
            there = url.startswith("sqlite") and Path(url.removeprefix("sqlite:///")).exists()
            app = create_app(settings(url, folder))
            with app.app_context():
                if not there:
                    _build(chosen.clients)
                tokens = {who: token_of(who) for who in {question.who for question in QUESTIONS}}
                db.session.commit()
                db.session.remove()
            print(f"{chosen.clients:,} clients, {chosen.engine}")
            print(f"{'question':<36}{'median':>10}{'slowest':>10}{'processor':>11}{'queries':>9}")
            for question in QUESTIONS:
                found = ask(app, question, tokens[question.who], times=chosen.times)
                mark = "  ←" if found.clock > GOAL_MS else ""
                row = (
                    f"{found.clock:>7.1f} ms{found.slowest:>7.1f} ms{found.processor:>8.1f} ms{found.queries:>9}{mark}"
                )
                print(f"{question.name:<36}{row}", flush=True)
            with app.app_context():
                db.engine.dispose()
    return 0


def _build(clients: int) -> None:
    began = time.perf_counter()
    Base.metadata.create_all(db.engine)
    built = demo.build(password=PASSWORD, clients=clients)
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))
    print(f"Built {built} in {time.perf_counter() - began:.0f} s.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
