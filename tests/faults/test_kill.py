"""kill -9 in the middle of writes: nothing acknowledged is lost or doubled, and the server is back unaided."""

from __future__ import annotations

import random
import time

from tests.faults.server import Agency, Server, at_most
from tests.faults.writers import Writers


def test_a_server_that_is_killed_while_four_people_write_loses_and_doubles_nothing(
    there: Agency, server: Server, slow: bool
):
    chance = random.Random(20261121)
    rounds, ready = (20 if slow else 3), []
    first = server.start()
    with Writers(server, there) as writers:
        for _ in range(rounds):
            before = len(writers.acknowledged)
            time.sleep(chance.uniform(0.3, 1.2))
            server.kill()
            ready.append(server.start())
            until = time.monotonic() + 20
            while len(writers.acknowledged) <= before and time.monotonic() < until:
                time.sleep(0.05)
            assert len(writers.acknowledged) > before, f"nobody could write after a kill: {server.log()[-2000:]}"
    kept = writers.check_nothing_lost_or_doubled()
    assert kept > rounds
    assert writers.sent_again, "no writer ever had to send again: the kill hit nobody"
    assert max(ready) <= at_most(first), f"ready after {max(ready):.1f} s; the first start took {first:.1f} s"
    print(
        f"{rounds} kills, {kept} tasks acknowledged, {writers.sent_again} sent again, slowest start {max(ready):.1f} s"
    )
