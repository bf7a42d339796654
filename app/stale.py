"""A form that arrives after its sender was signed out, or must give the password again: nothing typed is lost."""

from __future__ import annotations

import json

from flask import Response, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from app.forms.agency.sign_in import ConfirmationForm, SignInForm

SECRET = ("password", "again", "present", "code")
LONGEST = 400_000


def signed_out(form_page: str) -> Response:
    """Ask to sign in, and keep what was sent: the page carries it, and htmx leaves the form as it is.

    `form_page` is the page that the form stood on.
    """
    if request.headers.get("HX-Request") == "true":
        return _in_place("closed", code=401, door=url_for("sign_ins.new", next=form_page))
    form = SignInForm(data={"next": form_page, "unsent": packed(request.path, request.form)})
    expired = g.get("expired")
    if expired is not None and expired.ended_at is None:
        form.email.data = expired.user.email
    return make_response(
        render_template("agency/sign_ins/again.html", form=form, minutes=None, kept=bool(form.unsent.data)), 401
    )


def ask_again(form_page: str) -> Response:
    """Ask for the password before what was sent is done; it comes back afterwards, and htmx leaves the form as it is."""
    if request.headers.get("HX-Request") == "true":
        return _in_place("again", code=401, again=url_for("confirmations.new", next=form_page))
    unsent = packed(request.full_path.rstrip("?"), request.form) if request.method == "POST" else ""
    there = form_page if request.method == "POST" else request.full_path.rstrip("?")
    form = ConfirmationForm(data={"next": there, "unsent": unsent})
    return make_response(render_template("agency/confirmations/new.html", form=form), 401)


def _in_place(what: str, *, code: int, **links: str) -> Response:
    """For htmx: a notice with a link, and the word to the script that opens the dialog over the page."""
    response = make_response(render_template("errors/_notice.html", code=code, **links), code)
    response.headers["HX-Retarget"] = "#notices"
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Trigger"] = f"door:{what}"
    return response


def packed(target: str, sent: MultiDict[str, str]) -> str:
    """What was sent, and where to, as one text; nothing when there is nothing worth keeping, or far too much."""
    fields = [[name, value] for name, value in sent.items(multi=True) if name not in SECRET]
    text = json.dumps({"target": target, "fields": fields})
    return text if len(text) <= LONGEST and any(value.strip() for name, value in fields if name != "once") else ""


def unpacked(text: str | None) -> tuple[str, list[tuple[str, str]]] | None:
    """Where to and what, out of such a text; None for anything else. The address is only ever one of ours."""
    try:
        kept = json.loads(text or "")
        target = str(kept["target"])
        fields = [(str(name), str(value)) for name, value in kept["fields"]]
    except (ValueError, TypeError, KeyError):
        return None
    ours = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return (target, fields) if ours else None
