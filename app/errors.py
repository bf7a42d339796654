"""What a person meets when something is refused or goes wrong: one page in plain words, for htmx too."""

from __future__ import annotations

import errno
import logging
import secrets
import traceback
from typing import Any

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError, ServiceUnavailable, TooManyRequests

from app import clock, health, stale
from app.access import AskAgain, Merged
from app.conflicts import Conflict
from app.engines import Failure, too_long
from app.extensions import db, login
from app.models.base import RuleBroken
from app.pages import wants_fragment
from app.requests import (
    DAMAGED,
    SAFE,
    AnothersForm,
    FromElsewhere,
    WritingStopped,
    keep_what_was_sent,
    note_what_was_shown,
    page_of_the_form,
    refused,
)

KNOWN = {400, 401, 403, 404, 405, 409, 413, 429, 500, 503, 507}
UNSAID = {"once", "present", "unsent", "version", "next", "password", "again", "code", "draft", "opened", "choosing"}
log = logging.getLogger("handrail")


def install(app: Flask) -> None:
    """Answer every kind of failure with its page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RuleBroken, _rule)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(AskAgain, _ask_again)
    app.register_error_handler(Merged, _merged)
    app.register_error_handler(IntegrityError, _twice)
    app.register_error_handler(StaleDataError, _twice)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(NoneFree, _database)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(Exception, _ours)


def answer(status: int, **values: Any) -> Response:
    """The page, or the notice for htmx, for this status; nothing of the failed work is kept.

    What is no fault of the person's carries a number, which the log has too.
    """
    db.session.rollback()
    if status == 409:
        keep_what_was_sent()
    if status >= 500 and "reference" not in values:
        values |= {"reference": _reference(), "at": clock.now()}
        log.error("%s: %s at %s, user %s", values["reference"], status, request.endpoint, g.get("user_id"))
    code = status if status in KNOWN else (400 if status < 500 else 500)
    if status in (409, 429, 500, 503, 507) and not wants_fragment():
        values["typed"] = _typed()
    if "agency" not in g:  # a static file, or a database that failed before it was known: the usual page needs it
        values["frame"] = "door.html"
    try:
        return _said(status, code=code, **values)
    except Exception as error:
        if health.note(error, current_app.config["DATA"]) is None:  # that the database fails was said already
            log.error("the error page failed too\n%s", whence(error))
        db.session.rollback()
        g._login_user = login.anonymous_user()  # so that nobody is looked up in a database that does not answer
        return _said(status, code=code, **values | {"frame": "door.html"})


def _said(status: int, **values: Any) -> Response:
    if wants_fragment():
        return _for_htmx(render_template("errors/_notice.html", **values), status)
    return make_response(render_template("errors/page.html", **values), status)


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
    if isinstance(error, WritingStopped):
        return answer(503, message=_(DAMAGED))
    if isinstance(error, FromElsewhere):
        return answer(
            403, message=_("This was not sent from a page of Handrail. Open the page again and send it from there.")
        )
    if isinstance(error, AnothersForm):
        words = _(
            "Somebody else opened this form before you signed in here. Nothing was saved. Open it in your own name."
        )
        return answer(403, message=words)
    response = answer(error.code)
    if isinstance(error, TooManyRequests | ServiceUnavailable) and error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _rule(broken: RuleBroken) -> Response:
    return answer(409, message=_(broken.text, **broken.values))


def _conflict(conflict: Conflict) -> Response:
    db.session.rollback()
    note_what_was_shown()
    keep_what_was_sent()
    if wants_fragment():
        return _for_htmx(render_template("errors/_stale.html", conflict=conflict, level=2, later=None), 409)
    return make_response(render_template("errors/stale.html", conflict=conflict, later=page_of_the_form()), 409)


def _ask_again(_asked: AskAgain) -> Response:
    db.session.rollback()
    return stale.ask_again(page_of_the_form())


def _merged(merged: Merged) -> Response:
    """The address of a merged record leads to the one it is in now; what was sent to it is refused, to be looked at anew."""
    there = url_for(str(request.endpoint), **_addressed(merged))
    if request.method in SAFE:
        db.session.rollback()
        return make_response(redirect(there, 303))
    message = _("This record was merged into another one. Open that one, and write it there if it is still right.")
    return answer(409, message=message, back=url_for("clients.show", id=merged.survivor_id))


def _addressed(merged: Merged) -> dict[str, Any]:
    """What stands in the address, with the number of the merged record replaced wherever it stands."""
    said = {**request.args.to_dict(), **(request.view_args or {})}
    return {name: merged.survivor_id if str(value) == str(merged.merged_id) else value for name, value in said.items()}


def _twice(error: Exception) -> Response:
    if too_long(error):
        return _longer_than_fits()
    return answer(409, message=_("Somebody changed this a moment ago. Look at it again before you go on."))


def _longer_than_fits() -> Response:
    """A text that a form of ours let through and the database does not take; the page shows it, so that it can be copied."""
    words = _(
        "One of the texts is longer than there is room for, or holds a sign that cannot be kept. Nothing was saved."
    )
    return answer(409, message=words)


def _database(error: DBAPIError | NoneFree) -> Response:
    """The database could not do it: 507 for want of room, 503 for what passes or needs the administrator; else our fault."""
    if too_long(error):
        return _longer_than_fits()
    kind = health.note(error, current_app.config["DATA"])
    if kind is None:
        return _ours(error)
    log.error("the database failed: %s", kind.value)
    if kind is Failure.FULL:
        return answer(507)
    if kind is Failure.DAMAGED:
        return answer(503, message=_(DAMAGED))
    response = answer(503)
    response.headers["Retry-After"] = "5"
    return response


def _disk(error: OSError) -> Response:
    """An upload that finds no room beside the database."""
    return answer(507) if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else _ours(error)


def _ours(error: Exception) -> Response:
    reference = _reference()
    log.error("%s at %s, user %s\n%s", reference, request.endpoint, g.get("user_id"), whence(error))
    return answer(500, reference=reference, at=clock.now())


def _reference() -> str:
    return "HR-" + secrets.token_hex(3).upper()


def whence(error: BaseException | None) -> str:
    """Where an error came from, and what kind it is; not its text, in which what somebody typed may stand."""
    said = []
    while error is not None:
        said.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
        error = error.__cause__ or error.__context__
    return "\nafter\n".join(said)
