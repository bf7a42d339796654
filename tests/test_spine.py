"""Signing in, being refused, and what surrounds every request."""

from tests.cast import PASSWORD


def test_a_worker_signs_in_and_out(visit, cast):
    door = visit.get("/sign-in")
    inside = door.submit("Sign in", email="ana@millbrook.example", password=PASSWORD)
    assert inside.text("h1")
