"""A form that arrives after its sender was signed out, or must give the password again: nothing typed is lost."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, make_response, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from app.forms.agency.sign_in import ConfirmationForm, SignInForm
from app.models.agency.draft import Mark
from app.models.agency.user import User

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
    """What was sent, where to, and by whom, as one signed text; nothing when there is nothing worth keeping, far too much,
    or nobody knows whose it is."""
    fields = [[name, value] for name, value in sent.items(multi=True) if name not in SECRET]
    owner_id = _sender(sent)
    if owner_id is None:
        return ""
    text = _seal().dumps({"target": target, "fields": fields, "owner": owner_id})
    return text if len(text) <= LONGEST and any(value.strip() for name, value in fields if name != "once") else ""


def _sender(sent: MultiDict[str, str]) -> int | None:
    """Whose text it is: for whom the form was opened, or else who is signed in on this browser, or was."""
    mark = Mark.read(sent.get("draft"))
    if mark is not None and mark.owner_id is not None:
        return mark.owner_id
    sign_in = g.get("sign_in") or g.get("expired")
    return sign_in.user_id if sign_in is not None else None


def unpacked(text: str | None, user: User) -> tuple[str, list[tuple[str, str]]] | None:
    """Where to and what, out of such a text, for the person who sent it; None for anybody else and anything else.

    The address is only ever one of ours.
    """
    kept = _read(text)
    if kept is None or kept["owner"] != user.id:
        return None
    target = str(kept["target"])
    ours = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return (target, [tuple(pair) for pair in kept["fields"]]) if ours else None


def anothers(text: str | None, user: User) -> bool:
    """Whether such a text was sent by somebody else."""
    kept = _read(text)
    return kept is not None and kept["owner"] != user.id


def _read(text: str | None) -> dict[str, Any] | None:
    try:
        return _seal().loads(text or "")
    except BadSignature:
        return None


def _seal() -> URLSafeSerializer:
    """Nobody but us makes such a text, or another's of one's own."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="unsent")
