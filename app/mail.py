"""Letters by e-mail, only where the agency configured a server for it; they never hold anything about a client."""

from __future__ import annotations

import logging
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from threading import BoundedSemaphore
from typing import NamedTuple

log = logging.getLogger("handrail")

SECONDS = 20
MOST_WAITING = 100
# One thread, outside of every answer: nobody can tell from an answer's time whether something was sent.
_sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
_room = BoundedSemaphore(MOST_WAITING)


class Server(NamedTuple):
    """The agency's mail server; `security` is `starttls`, `tls`, or `none` for a server on this very machine."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    sender: str


def hand_over(server: Server, *, to: str, subject: str, text: str) -> bool:
    """Send a letter soon, in the background; False when too many wait already, and then it is not sent."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = server.sender, to, subject
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    if not _room.acquire(blocking=False):
        log.error("too many letters wait to be sent; one was dropped")
        return False
    _sender.submit(_send, server, letter)
    return True


def _send(server: Server, letter: EmailMessage) -> None:
    try:
        with _connected(server) as smtp:
            if server.user is not None and server.password is not None:
                smtp.login(server.user, server.password)
            smtp.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        log.error("a letter could not be sent: %s", type(error).__name__)  # never to whom
    finally:
        _room.release()


def _connected(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())
    smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
    except BaseException:
        smtp.close()
        raise
    return smtp
