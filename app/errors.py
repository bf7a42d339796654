"""What a person meets when something is refused or goes wrong: one page in plain words, for htmx too."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from app import clock, stale
from app.access import AskAgain
from app.conflicts import Conflict
from app.extensions import db
from app.models.base import RuleBroken
from app.pages import wants_fragment
from app.requests import FromElsewhere, keep_what_was_sent, note_what_was_shown, page_of_the_form, refused

KNOWN = {400, 401, 403, 404, 405, 409, 413, 429, 500, 503, 507}
UNSAID = {"once", "present", "unsent", "version", "next", "password", "again", "code", "draft", "opened", "choosing"}
log = logging.getLogger("handrail")


def install(app: Flask) -> None:
    """Answer every kind of failure with its page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RuleBroken, _rule)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(AskAgain, _ask_again)
    app.register_error_handler(IntegrityError, _twice)
    app.register_error_handler(StaleDataError, _twice)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _ours)


def answer(status: int, **values: Any) -> Response:
    """The page, or the notice for htmx, for this status; nothing of the failed work is kept."""
    db.session.rollback()
    if status == 409:
        keep_what_was_sent()
    code = status if status in KNOWN else (400 if status < 500 else 500)
    if wants_fragment():
        return _for_htmx(render_template("errors/_notice.html", code=code, **values), status)
    if status in (409, 500, 503):
        values["typed"] = _typed()
    try:
        return make_response(render_template("errors/page.html", code=code, **values), status)
    except Exception:
        log.exception("the error page failed too")
        return make_response(render_template("errors/page.html", code=code, frame="door.html", **values), status)


def _for_htmx(fragment: str, status: int) -> Response:
    """A refusal goes where refusals go; the form stays as it was typed."""
    response = make_response(fragment, status)
    response.headers["HX-Retarget"] = "#notices"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _typed() -> dict[str, str]:
    """What the person had sent, so that it can be copied from the page that refuses it."""
    kept = {name: value for name, value in request.form.items() if name not in UNSAID and value.strip()}
    return {name.replace("_", " ").capitalize(): value for name, value in kept.items()}


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):  # another host's name: there is no address of ours to put on a page
        return make_response(_("This server does not answer to that name."), 400, {"Content-Type": "text/plain"})
    refused()
    if isinstance(error, FromElsewhere):
        return answer(403, message=_("This was not sent from a page of Handrail. Open the page again and send it from there."))
    return answer(error.code)


def _rule(broken: RuleBroken) -> Response:
    return answer(409, message=_(broken.text, **broken.values))


def _conflict(conflict: Conflict) -> Response:
    db.session.rollback()
    note_what_was_shown()
    keep_what_was_sent()
    if wants_fragment():
        return _for_htmx(render_template("errors/_stale.html", conflict=conflict, level=2), 409)
    return make_response(render_template("errors/stale.html", conflict=conflict), 409)


def _ask_again(_asked: AskAgain) -> Response:
    db.session.rollback()
    return stale.ask_again(page_of_the_form())


def _twice(_error: Exception) -> Response:
    return answer(409, message=_("Somebody changed this a moment ago. Look at it again before you go on."))


def _database(error: OperationalError) -> Response:
    log.error("the database did not answer: %s %s", request.endpoint, type(error.orig).__name__)
    return answer(503)


def _ours(error: Exception) -> Response:
    reference = "HR-" + secrets.token_hex(3).upper()
    log.error("%s at %s, user %s", reference, request.endpoint, g.get("user_id"), exc_info=error)
    return answer(500, reference=reference, at=clock.now())
