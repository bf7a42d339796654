"""How the pages with long lists bear a large agency: `python -m tests.bench.pages [--engine postgres]`.

Builds two demonstrations, asks each page many times over, and prints the median of the milliseconds, the number of
queries, and how many times slower the large agency is. Ends with 1 when the client list or a search takes more than
three times as long, or any page more than twelve queries. The rest is for looking: what orders all of 20,000 clients by
a day, or adds up everybody's work, grows with them. On a busy machine the medians say little: measure when it is quiet.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from app import create_app, demo
from app.engines import Base
from app.extensions import db
from app.models.agency.sign_in import SignIn, hashed
from app.models.agency.user import User
from tests import postgres
from tests.browser import MOST_QUERIES, QUIET
from tests.conftest import settings

MOST_TIMES_SLOWER = 3.0
PASSWORD = "only for the measuring"


class Asked(NamedTuple):
    """One page: what it is called, who asks for it, and its address."""

    name: str
    who: str
    path: str

    @property
    def promised(self) -> bool:
        """Whether its time may not grow more than threefold."""
        return self.path.startswith("/clients/") and not any(order in self.path for order in OF_ALL)


OF_ALL = ("view=all&sort=",)

PAGES = [
    Asked("client list", "dana", "/clients/"),
    Asked("client list, all", "dana", "/clients/?view=all"),
    Asked("client list, page 8", "dana", "/clients/?page=8"),
    Asked("client list, by last contact", "dana", "/clients/?sort=contact"),
    Asked("client list, of a colleague", "dana", "/clients/?view=all&worker=3"),
    Asked("client list, by stage", "dana", "/clients/?view=all&stage=intake"),
    Asked("client list, by language", "dana", "/clients/?view=all&language=Amharic"),
    Asked("client list, last page", "dana", "/clients/?view=all&page=9999"),
    Asked("client list, without contact", "dana", "/clients/?view=silent"),
    Asked("all clients, soonest due", "dana", "/clients/?view=all&sort=due"),
    Asked("all clients, by last contact", "dana", "/clients/?view=all&sort=contact"),
    Asked("all clients, newest case", "dana", "/clients/?view=all&sort=-opened"),
    Asked("client list, supervisor", "marcus", "/clients/"),
    Asked("search: one name", "dana", "/clients/?q=garcia"),
    Asked("search: two words", "dana", "/clients/?q=jo+gar"),
    Asked("search: two letters", "dana", "/clients/?q=el"),
    Asked("search: digits", "dana", "/clients/?q=555-01"),
    Asked("search: nobody", "dana", "/clients/?q=zzyzx"),
    Asked("search: among mine", "dana", "/clients/?q=garcia&view=mine"),
    Asked("search: birth date", "dana", "/clients/?q=2%2F11%2F1992"),
    Asked("client page", "dana", "/clients/1/"),
    Asked("notes of a case", "dana", "/cases/1/notes/"),
    Asked("my day", "dana", "/"),
    Asked("my day, supervisor", "marcus", "/"),
    Asked("team", "marcus", "/team/"),
    Asked("referrals", "dana", "/referrals/"),
    Asked("referrals, finished", "dana", "/referrals/?lane=finished"),
    Asked("referrals, team", "marcus", "/referrals/?whose=team"),
    Asked("referrals, board of the team", "marcus", "/referrals/?whose=team&view=board"),
    Asked("tasks of a case", "dana", "/cases/1/tasks/"),
    Asked("services", "dana", "/services/"),
    Asked("services: words", "dana", "/services/?q=food"),
]


class Measured(NamedTuple):
    """The median of the milliseconds, and the most queries of any answer."""

    ms: float
    queries: int


@contextmanager
def databases(engine: str, folder: Path) -> Iterator[Callable[[int], str]]:
    """Makes the address of an empty database for an agency of some size; Postgres as the tests have it."""
    if engine == "sqlite":
        yield lambda clients: f"sqlite:///{folder / f'{clients}.db'}"
    else:
        with ExitStack() as stack:
            server = stack.enter_context(postgres.server())
            yield lambda _clients: stack.enter_context(postgres.database(server))


def measure(clients: int, url: str, folder: Path, *, times: int) -> dict[str, Measured]:
    """Build an agency of this size in the empty database and ask for every page so many times."""
    began = time.perf_counter()
    app = create_app(settings(url, folder))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        built = demo.build(password=PASSWORD, clients=clients)
        tokens = {name: token_of(name) for name in {page.who for page in PAGES}}
        db.session.commit()
        db.session.remove()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))
    print(f"Built {built} in {time.perf_counter() - began:.0f} s.", file=sys.stderr)
    found = {page.name: answers_to(app, page, tokens[page.who], times=times) for page in PAGES}
    with app.app_context():
        db.engine.dispose()
    return found


def token_of(first_name: str) -> str:
    """Sign this person in; returns what their browser would hold."""
    token = secrets.token_urlsafe(32)
    user = User.with_email(f"{first_name}@millbrook.example")
    assert user is not None, first_name
    db.session.add(SignIn(user_id=user.id, token_hash=hashed(token)))
    return token


def answers_to(
    app: Any, page: Asked, token: str, *, times: int, watch: Callable[[], float] = time.perf_counter
) -> Measured:
    """Ask for one page again and again; the first answer warms up and is not counted. `watch` tells the seconds."""
    client = app.test_client()
    client.set_cookie("handrail", token)
    spent, most = [], 0
    for turn in range(times + 1):
        with app.app_context():
            counted = Counter(db.engine)
            began = watch()
            answer = client.get(page.path)
            lasted = (watch() - began) * 1000
            counted.stop()
        assert answer.status_code == 200, f"{page.path}: {answer.status_code}"
        if turn:
            spent.append(lasted)
            most = max(most, counted.queries)
    return Measured(statistics.median(spent), most)


class Counter:
    """Counts the statements that an engine is sent, until it is stopped."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine, self.queries = engine, 0
        sa.event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.queries += not statement.upper().startswith(QUIET)

    def stop(self) -> None:
        """Count no more."""
        sa.event.remove(self.engine, "before_cursor_execute", self._count)


def table(small: dict[str, Measured], large: dict[str, Measured], sizes: tuple[int, int]) -> list[str]:
    """What was measured, one line a page."""
    head = f"{'page':<30}{f'{sizes[0]:,}':>10}{f'{sizes[1]:,}':>10}{'times':>8}{'queries':>9}"
    lines = [head, "-" * len(head)]
    for name, here in small.items():
        there = large[name]
        mark = "" if within(name, here, there) else "  ←"
        row = f"{name:<30}{here.ms:>8.1f} ms{there.ms:>7.1f} ms{there.ms / here.ms:>7.1f}{there.queries:>9}{mark}"
        lines.append(row)
    return lines


def within(name: str, small: Measured, large: Measured) -> bool:
    """Whether this page keeps its promise in the large agency."""
    promised = next(page.promised for page in PAGES if page.name == name)
    in_time = not promised or large.ms <= MOST_TIMES_SLOWER * small.ms
    return in_time and max(small.queries, large.queries) <= MOST_QUERIES


def main() -> int:
    """Measure, print, and say whether it is good enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__.split("\n\n")[0])
    parser.add_argument("--small", type=int, default=1_000, help="clients of the small agency (1000)")
    parser.add_argument("--large", type=int, default=20_000, help="clients of the large agency (20000)")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--times", type=int, default=15, help="how often each page is asked for (15)")
    chosen = parser.parse_args()
    sizes = (chosen.small, chosen.large)
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as name, databases(chosen.engine, Path(name)) as made:
        small, large = (measure(size, made(size), Path(name), times=chosen.times) for size in sizes)
    print("\n".join(table(small, large, sizes)))
    slow = [name for name in small if not within(name, small[name], large[name])]
    if slow:
        print(f"{len(slow)} of {len(small)} pages are too slow or ask too often: {', '.join(slow)}.")
    else:
        print(
            f"The client list and its searches keep within {MOST_TIMES_SLOWER:g} times, all pages within {MOST_QUERIES} queries."
        )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
