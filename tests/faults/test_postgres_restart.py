"""Postgres restarted under load: people meet only a 503, all is well within ten seconds, and nothing acknowledged is lost."""

from __future__ import annotations

import time

import pytest

from tests.faults.server import READY_WITHIN, Agency, Server
from tests.faults.writers import Writers

pytestmark = pytest.mark.parametrize("engine_kind", ["postgres"], indirect=True)


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_postgres_that_is_restarted_under_load_costs_only_503s(
    there: Agency, server: Server, own_postgres, how, slow
):
    server.start()
    with Writers(server, there) as writers:
        for _ in range(4 if slow else 1):
            before = len(writers.acknowledged)
            until = time.monotonic() + 30
            while len(writers.acknowledged) < before + 5 and time.monotonic() < until:
                time.sleep(0.05)
            own_postgres.stop(how)
            time.sleep(0.5)
            refused = server.ask("GET", f"/clients/{there.client_id}/")
            assert refused.status == 503 and "cannot answer just now" in refused.text
            assert server.ask("GET", "/healthz").status == 503
            own_postgres.start()
            began = time.monotonic()
            while server.ask("GET", f"/clients/{there.client_id}/").status != 200:
                assert time.monotonic() - began < READY_WITHIN, "not healthy within ten seconds"
                time.sleep(0.1)
            assert server.ask("GET", "/healthz").text.count("true") >= 2
    writers.check_nothing_lost_or_doubled()
    assert set(writers.statuses) == {303, 503}, writers.statuses
    assert "Traceback" not in server.log()
