"""People who write all the time, and remember what they were told is saved."""

from __future__ import annotations

import http.client
import secrets
import threading
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.monitoring.task import Task
from tests.faults.server import Agency, Server


class Writers:
    """Four people add tasks without a pause. What gets no answer is sent again, with the same key, until it gets one."""

    def __init__(self, server: Server, agency: Agency, *, count: int = 4) -> None:
        self.server, self.agency = server, agency
        self.acknowledged: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.sent_again = 0
        self.unexpected: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(count)]

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(90)
        assert not any(thread.is_alive() for thread in self._threads)

    def _write(self, number: int) -> None:
        turn = 0
        while not self._stop.is_set():
            turn += 1
            self._until_answered(f"writer {number} task {turn} {secrets.token_hex(4)}")

    def _until_answered(self, title: str) -> None:
        data = {
            "title": title,
            "due_on": (clock.today() + timedelta(days=3)).isoformat(),
            "assignee": str(self.agency.ana_id),
            "once": secrets.token_urlsafe(18),
        }
        for attempt in range(600):
            try:
                said = self.server.ask("POST", f"/cases/{self.agency.case_id}/tasks/", data)
            except (OSError, http.client.HTTPException):
                self._stop_or_wait(0.05)
                continue
            finally:
                self.sent_again += attempt > 0
            self.statuses[said.status] += 1
            if said.status == 303:
                self.acknowledged.append(title)
                return
            elif said.status in (503, 507):
                self._stop_or_wait(0.1)
            else:
                self.unexpected.append(f"{said.status}: {said.text[:300]}")
                return

    def _stop_or_wait(self, seconds: float) -> None:
        threading.Event().wait(seconds)

    def check_nothing_lost_or_doubled(self) -> int:
        """Every acknowledged task is there exactly once, and none twice; returns how many there are."""
        db.session.rollback()
        there = Counter(db.session.scalars(sa.select(Task.title)))
        db.session.rollback()
        lost = [title for title in self.acknowledged if not there[title]]
        doubled = [title for title, count in there.items() if count > 1]
        assert not lost, f"acknowledged and lost: {lost}"
        assert not doubled, f"there twice: {doubled}"
        assert not self.unexpected, self.unexpected[:3]
        return len(self.acknowledged)
