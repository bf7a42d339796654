"""What an answer at the door does: let somebody in where they wanted to go, or let them leave."""

from __future__ import annotations

import json

from flask import Response, flash, g, make_response, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.models.agency.sign_in import SignIn
from app.pages import page, wants_fragment
from app.requests import cookie_name, keep_as_draft, safe_next, set_token
from app.showing import moment
from app.stale import anothers, unpacked


def admitted(sign_in: SignIn, token: str, *, there: str | None, unsent: str | None) -> Response:
    """Somebody came in: give the browser the token, tell them what others did to their account, and lead them on."""
    _leave_what_was_open(sign_in)
    for event in sign_in.news():
        who = event.by.name if event.by is not None else _("Somebody")
        did, when = _(event.kind.label), moment(event.created_at)
        flash(_("Your account was changed: %(who)s %(did)s. %(when)s", who=who, did=did, when=when), "warning")
    response = go_on(sign_in, there=there, unsent=unsent)
    set_token(response, token)
    return response


def go_on(sign_in: SignIn, *, there: str | None, unsent: str | None, again: bool = False) -> Response:
    """To the page they wanted, or to what they had sent; for the dialog over a page, the word that it may close."""
    target, kept = safe_next(there), unpacked(unsent, sign_in.user)
    if wants_fragment():
        response = make_response("", 204)
        opened = {"user": str(sign_in.user_id), "seconds": g.agency.idle_minutes * 60}
        response.headers["HX-Trigger"] = json.dumps({"door:opened": opened})
        return response
    if kept is not None:
        keep_as_draft(sign_in.user, MultiDict(kept[1]))  # so that going back to the form finds it too
        return page("agency/sign_ins/unsent.html", target=kept[0], fields=kept[1], next=target, again=again)
    if anothers(unsent, sign_in.user):
        flash(_("What was sent before from this page was somebody else’s: it is not shown to you."), "info")
        target = safe_next(None)
    return redirect(target, 303)  # type: ignore[return-value]


def _leave_what_was_open(sign_in: SignIn) -> None:
    """Whoever was signed in on this browser before is signed out: its token is overwritten now."""
    if current_user.is_authenticated and g.sign_in_id != sign_in.id:
        g.pop("sign_in").end(by=current_user)


def goodbye() -> Response:
    """Lead to the door, and leave nothing of what was seen in the browser."""
    response: Response = redirect(url_for("sign_ins.new"), 303)  # type: ignore[assignment]
    secure = cookie_name().startswith("__Host-")
    response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
