"""What the surroundings must say before e-mail is sent."""

import pytest

from app.config import CannotStart, mail_server

NAMES = ("HOST", "PORT", "SECURITY", "USER", "PASSWORD", "FROM")


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(f"HANDRAIL_SMTP_{name}", raising=False)
    monkeypatch.setenv("HANDRAIL_HOSTS", "cases.example.org")


def given(monkeypatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"HANDRAIL_SMTP_{name}", value)


def test_nothing_is_sent_unless_a_server_is_named():
    assert mail_server() is None


def test_the_usual_port_follows_from_how_it_is_protected(monkeypatch):
    given(monkeypatch, HOST="mail.example.org", FROM="handrail@example.org")
    assert (mail_server().port, mail_server().security) == (587, "starttls")
    given(monkeypatch, SECURITY="TLS")
    assert mail_server().port == 465


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "HANDRAIL_SMTP_FROM"),
        ({"FROM": "h@x.org", "PORT": "٥٨٧"}, "HANDRAIL_SMTP_PORT"),
        ({"FROM": "h@x.org", "PORT": "70000"}, "HANDRAIL_SMTP_PORT"),
        ({"FROM": "h@x.org", "SECURITY": "ssl3"}, "HANDRAIL_SMTP_SECURITY"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_the_start(monkeypatch, values, words):
    given(monkeypatch, HOST="mail.example.org", **values)
    with pytest.raises(CannotStart, match=words):
        mail_server()


def test_letters_need_to_know_their_own_address(monkeypatch):
    given(monkeypatch, HOST="mail.example.org", FROM="h@x.org")
    monkeypatch.delenv("HANDRAIL_HOSTS")
    with pytest.raises(CannotStart, match="HANDRAIL_HOSTS"):
        mail_server()
