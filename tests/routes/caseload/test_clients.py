"""Finding clients, adding one, and correcting a record."""

import pytest

from app.models.caseload.client import Client


def test_x(visit, cast):
    visit.sign_in(cast.ana)
    for path in ("/clients/new", f"/clients/{cast.rosa.id}/edit", f"/clients/{cast.rosa.id}/details/"):
        visit.get(path)
