"""The letters that go out by e-mail: a link and how long it works, and never a word about a client."""

from __future__ import annotations

from flask import Response, after_this_request, current_app, g, url_for
from flask_babel import gettext as _

from app import mail


def can_send() -> bool:
    """Whether the agency has configured a mail server."""
    return current_app.config.get("SMTP") is not None


def new_password(to: str, token: str, *, minutes: int) -> None:
    """The link with which a person chooses a new password."""
    link = _link("new_passwords.edit", token=token)
    _send_afterwards(
        to,
        _("A new password for %(agency)s", agency=g.agency.name),
        _("Somebody, probably you, asked for a new password at %(agency)s.", agency=g.agency.name)
        + "\n\n" + _("Open this link once, within %(minutes)s minutes:", minutes=minutes)
        + f"\n\n{link}\n\n" + _("If it was not you, do nothing: your password stays as it is.") + "\n",
    )  # fmt: skip


def invitation(to: str, token: str, *, days: int) -> None:
    """The link with which a person makes their account."""
    link = _link("invitations.show", token=token)
    _send_afterwards(
        to,
        _("Your account at %(agency)s", agency=g.agency.name),
        _("You are invited to make your account at %(agency)s.", agency=g.agency.name)
        + "\n\n" + _("Open this link once, within %(days)s days:", days=days) + f"\n\n{link}\n",
    )  # fmt: skip


def _link(endpoint: str, *, token: str) -> str:
    """An address on the first of this server's own names: what a request says of the host never gets into a letter."""
    host = (current_app.config.get("TRUSTED_HOSTS") or ["localhost"])[0]
    near = host.split(":")[0] in ("localhost", "127.0.0.1")
    return f"{'http' if near else 'https'}://{host}{url_for(endpoint, token=token)}"


def _send_afterwards(to: str, subject: str, text: str) -> None:
    """Once the answer stands and is committed; a refusal sends nothing."""
    server = current_app.config["SMTP"]

    @after_this_request
    def send(response: Response) -> Response:
        if response.status_code < 400:
            mail.hand_over(server, to=to, subject=subject, text=text)
        return response
