"""What surrounds every request: same-site check, who asks, one commit, headers."""

from __future__ import annotations

import hmac
import logging
import re
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import sqlalchemy as sa
from flask import Flask, Response, abort, current_app, g, make_response, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.exc import DBAPIError, IntegrityError
from werkzeug.exceptions import Forbidden, ServiceUnavailable
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from app import clock, health
from app.engines import Failure, writing
from app.extensions import db, login
from app.heavy import turn
from app.keys import derived
from app.models.agency.agency import Agency
from app.models.agency.draft import Draft, Mark, Once
from app.models.agency.event import Event, EventKind, Origin, origin
from app.models.agency.sign_in import SignIn
from app.models.agency.user import User
from app.models.base import N_, RuleBroken
from app.reports.unfinished import reaches
from app.stale import signed_out
from app.uploads import look_ahead

# Endpoints that anybody may ask for; everything else fails closed.
PUBLIC = {
    "static",
    "health.show",
    "sign_ins.new",
    "sign_ins.create",
    "sign_in_codes.new",
    "sign_in_codes.create",
    "invitations.show",
    "invitations.update",
    "password_requests.new",
    "password_requests.create",
    "new_passwords.edit",
    "new_passwords.update",
}
# What somebody who must set up a second factor first may do meanwhile: that, and leave.
SETTING_UP = {
    "second_factors.show",
    "second_factors.create",
    "qr_codes.show",
    "recovery_texts.create",
    "confirmations.new",
    "confirmations.create",
    "presences.show",
    "presences.update",
    "preferences.update",
    "sign_ins.destroy",
}
# Signed-in endpoints that concern only the person who asks.
PERSONAL = SETTING_UP | {
    "second_factors.destroy",
    "recovery_codes.create",
    "sessions.index",
    "sessions.destroy",
    "other_sessions.destroy",
    "drafts.index",
    "drafts.update",
    "drafts.destroy",
    "passwords.edit",
    "passwords.update",
}

SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
    "img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self'"
)


DAMAGED = N_(
    "The database is damaged, so nothing more is saved. What can be read is still here. "
    "Tell your administrator to stop Handrail and to restore the last backup."
)
log = logging.getLogger("handrail")


class Number(IntegerConverter):
    """A number in an address: ASCII digits, no more than a record's number can have; anything else is not there."""

    regex = "[0-9]{1,19}"


class WritingStopped(ServiceUnavailable):
    """Damage was met: nothing is written any more, so that what is left stays as it is."""


class FromElsewhere(Forbidden):
    """Another site, or nobody knows who, caused this request."""


class AnothersForm(Forbidden):
    """The form was opened by somebody else who was signed in on this browser before."""


class Forgot(Exception):
    """A route answered without asking whether the person may."""


class Handrail(Flask):
    """Flask, with one transaction around each answer."""

    def dispatch_request(self) -> Response:  # type: ignore[override]
        before = _sent_before()
        if before is not None:
            return before
        response = self.make_response(super().dispatch_request())
        return settle(response)


def surround(app: Flask) -> None:
    """Hang these around every request of the app."""
    app.url_map.converters["int"] = Number
    login.init_app(app)
    login.request_loader(_signed_in)
    app.before_request(_begin)
    app.before_request(_same_site)
    app.before_request(_named)
    app.before_request(_look_at_files)
    app.before_request(_our_agency)
    app.before_request(_somebody)
    app.before_request(_same_person)
    app.after_request(_headers)
    app.teardown_request(_forget)


def behind_proxies(app: Flask) -> None:
    """Believe exactly as many proxies as there are: they tell the visitor's address, and that the connection is encrypted."""
    count = app.config["PROXIES"]
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def cookie_name() -> str:
    """The cookie that holds the token: bound to this host alone when the connection is encrypted."""
    return "__Host-handrail" if request.is_secure else "handrail"


def set_token(response: Any, token: str) -> None:
    """Give the browser its token: a session cookie that no script can read."""
    response.set_cookie(cookie_name(), token, httponly=True, samesite="Lax", secure=request.is_secure, path="/")


def _begin() -> None:
    writing.set(request.method not in SAFE)
    origin.set(Origin(request.remote_addr, request.endpoint))
    if request.method not in SAFE and health.damaged(current_app.config["DATA"]):
        raise WritingStopped
    if request.mimetype != "multipart/form-data":  # only files may be large
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def _forget(_error: BaseException | None) -> None:
    writing.set(True)
    origin.set(Origin(None, None))


def _same_site() -> None:
    """Refuse an unsafe request that another site caused; the browser itself says so (Fetch Metadata)."""
    if request.method in SAFE:
        return
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        if said != "same-origin":
            raise FromElsewhere
        return
    came_from = request.headers.get("Origin") or request.headers.get("Referer")
    if came_from is None or urlsplit(came_from).netloc != request.host:
        raise FromElsewhere


def _named() -> None:
    """Read all that was sent, and refuse a form with a part that has no name: no page of ours sends one.

    Nothing was asked of the database yet: while somebody's slow connection sends, nobody else waits.
    """
    if request.method not in SAFE and (None in request.form or None in request.files):
        abort(400)


def _look_at_files() -> None:
    """Look at the files that somebody signed in sends, before the transaction that keeps them begins.

    A large picture takes seconds, in which nobody else could write; and one person has no more than their turns.
    """
    sent = [file for _name, file in request.files.items(multi=True) if file.filename] if request.files else []
    if request.method in SAFE or not sent:
        return
    writing.set(False)
    try:
        known = _signed_in(request) is not None
    finally:
        db.session.remove()
        writing.set(True)
    if known:
        with turn():
            look_ahead(sent)
    for name in ("sign_in", "half_open", "expired"):
        g.pop(name, None)


def _our_agency() -> None:
    if request.endpoint != "static":
        g.agency = Agency.here()


def _signed_in(_request: Any) -> User | None:
    token = request.cookies.get(cookie_name())
    if not token or len(token) > 100:
        return None
    sign_in = SignIn.with_token(token)
    if sign_in is not None and sign_in.waiting:
        g.half_open = sign_in if sign_in.awaits_code() else None
        return None
    if sign_in is None or not sign_in.good(g.get("agency") or Agency.here()):
        g.expired = sign_in
        return None
    g.sign_in, g.sign_in_id, g.user_id, g.used_at = sign_in, sign_in.id, sign_in.user_id, sign_in.used_at
    g.opened_at = sign_in.created_at
    return sign_in.user


def _somebody() -> Any:
    """Everything but the door is for people who are signed in."""
    if request.endpoint is None or request.endpoint in PUBLIC:
        return None
    if current_user.is_authenticated:
        return _second_factor_first()
    if in_background():  # a script of ours, which puts a dialog over the page
        return make_response("", 401)
    if request.method not in SAFE or request.headers.get("HX-Request") == "true":
        return signed_out(page_of_the_form())
    return redirect(url_for("sign_ins.new", next=request.full_path.rstrip("?")), 303)


def _same_person() -> None:
    """What one person typed is never saved in the name of another who signed in meanwhile on the same browser."""
    if request.method in SAFE or not current_user.is_authenticated:
        return
    mark = Mark.read(request.form.get("draft"))
    if mark is not None and mark.owner_id not in (None, current_user.id):
        raise AnothersForm


def _second_factor_first() -> Any:
    """Who must have a second factor sets it up before anything else answers."""
    if request.endpoint in SETTING_UP or current_user.second_factor is not None:
        return None
    if not g.agency.requires_second_factor_of(current_user):
        return None
    if request.method not in SAFE:
        raise RuleBroken(
            N_("Set up your second factor first: open the start page. Nothing was saved; copy what you typed.")
        )
    response = redirect(url_for("second_factors.show"), 303)
    if request.headers.get("HX-Request") == "true":
        response.headers["HX-Redirect"] = response.location
        response.status_code = 200
    return response


def in_background() -> bool:
    """Whether a script asks by itself (a draft saved, a look at the clock): no sign of life of the person."""
    return request.headers.get("X-Background") is not None


def seconds_left() -> int:
    """How long the person who asks stays signed in, counted from this answer, if nothing more is done."""
    now = clock.now()
    used_at = g.used_at if in_background() or request.method in SAFE else now
    return min(max(0, int((used_at - now).total_seconds()) + g.agency.idle_minutes * 60), _seconds_of_the_day())


def seconds_at_most() -> int:
    """No later than this the person who asks is signed out; the same on every page, so that none is told from another."""
    return min(g.agency.idle_minutes * 60, _seconds_of_the_day())


def _seconds_of_the_day() -> int:
    """How much is left of the longest time that one may stay signed in."""
    return max(0, int((timedelta(hours=g.agency.longest_hours) - (clock.now() - g.opened_at)).total_seconds()))


def keep_the_try() -> None:
    """A wrong password or code is counted, and stands on the trail, although the answer is a refusal."""
    db.session.commit()


def page_of_the_form() -> str:
    """Where the person was when they sent the form, so that they land there again after signing in."""
    page = urlsplit(request.headers.get("Referer", ""))
    return (page.path + (f"?{page.query}" if page.query else "")) if page.netloc == request.host else "/"


def _sent_before() -> Any:
    """A form sent twice: lead to the same place as the first time, and do nothing."""
    if request.method in SAFE or not current_user.is_authenticated or request.endpoint == "drafts.update":
        return None
    key = request.form.get("once", "") or _page_of_the_draft()
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", key):
        return None
    earlier = Once.used(current_user, key)
    if earlier is None:
        g.once = Once(user_id=current_user.id, key=key, digest=_digest())
        db.session.add(g.once)
        try:
            db.session.flush()
            return None
        except IntegrityError:
            db.session.rollback()
            earlier = Once.used(current_user, key)
    if earlier is not None and earlier.digest != _digest():
        if "once" not in request.form:  # an edit sent again with other words: what was saved meets it field by field
            return None
        raise RuleBroken(N_("This form was sent before with other words. Open the form again to send these too."))
    return redirect(earlier.location if earlier and earlier.location else url_for("my_day.index"), 303)


def _page_of_the_draft() -> str:
    """The page that a form stands on is the key of a form that changes something: a double click saves once."""
    mark = Mark.read(request.form.get("draft"))
    return mark.page if mark is not None else ""


def _digest() -> str:
    """What a form says, as one short text: the same words sent again are the same sending.

    Made with the server's secret, or a short number in a form could be found out by trying them all.
    """
    said = sorted((name, value) for name, value in request.form.items(multi=True) if name != "once")
    key = derived("what a form said", salt=b"", length=32)
    return hmac.new(key, repr((request.path, said)).encode(), "sha256").hexdigest()


def settle(response: Response) -> Response:
    """Commit a good answer, roll back a bad one; refuse to answer when nobody asked who may."""
    if response.status_code >= 400:
        db.session.rollback()
        if response.status_code in (409, 422):
            note_what_was_shown()
        if response.status_code == 422:
            keep_what_was_sent()
        return response
    if request.method == "OPTIONS":
        db.session.rollback()
        return response
    if request.endpoint not in PUBLIC | PERSONAL and not g.get("asked"):
        db.session.rollback()
        raise Forgot(f"{request.endpoint} answered without asking who may")
    if writing.get():
        if g.get("sign_in") is not None and not in_background():
            g.sign_in.used_at = clock.now()
        if g.get("once") is not None:
            if response.status_code in (302, 303) and response.location:
                g.once.location = response.location[:500]
            else:
                db.session.delete(g.once)
        for kind, about in g.pop("noted", []):
            _add_line(kind, **about)
        _end_the_draft()
        db.session.commit()
        _tidy()
    else:
        _note_the_reading()
    return response


# How many rows a clean-up deletes at most, so that nobody waits for it, and how seldom it comes.
MOST_TIDIED, TIDIED_EVERY = 500, timedelta(hours=1)


def _end_the_draft() -> None:
    """A form that was saved has no draft any more; the form says which one was its own."""
    mark = Mark.read(request.form.get("draft"))
    if mark is not None and current_user.is_authenticated and request.endpoint != "drafts.update":
        Draft.done(current_user, mark)


def keep_what_was_sent() -> None:
    """A form that was refused is kept as a draft, script or no script, in a transaction of its own."""
    mark = Mark.read(request.form.get("draft"))
    if mark is None or g.get("user_id") is None or health.damaged(current_app.config["DATA"]):
        return
    if not reaches(current_user, mark.form, mark.about):
        return
    db.session.rollback()
    writing.set(True)
    try:
        Draft.keep(current_user, mark, worth_keeping(request.form))
        db.session.commit()
    except RuleBroken:  # too long, or too many: the page itself still holds the text
        db.session.rollback()
    except IntegrityError:  # the page kept the same words at the same moment
        db.session.rollback()
    except DBAPIError as error:  # a full disk: the page itself still holds the text
        db.session.rollback()
        if health.note(error, current_app.config["DATA"]) is None:
            raise


def keep_as_draft(user: User, sent: Any) -> None:
    """Keep what this person had sent while they were signed out as a draft of that form, with the transaction that runs."""
    mark = Mark.read(sent.get("draft"))
    if mark is not None and mark.owner_id == user.id and reaches(user, mark.form, mark.about):
        with suppress(RuleBroken):  # too long, or too many: the page itself holds the text
            Draft.keep(user, mark, worth_keeping(sent))


# Never part of a draft: what belongs to one sending, and what is secret.
NOT_KEPT = {"once", "version", "password", "present", "again", "draft", "choosing", "then", "next", "unsent"}


def worth_keeping(form: Any) -> dict[str, list[str]]:
    """What of a form belongs into its draft, name → values; without the questions of the conflict's page."""
    asked = ("choose-", "theirs-")
    return {name: values for name, values in form.lists() if name not in NOT_KEPT and not name.startswith(asked)}


def _tidy() -> None:
    """Now and then, after somebody saved something: delete drafts and keys of forms that have come to their end."""
    before = current_app.extensions.get("handrail_tidied")
    if before is not None and timedelta(0) <= clock.now() - before < TIDIED_EVERY:
        return
    current_app.extensions["handrail_tidied"] = clock.now()
    try:
        Draft.clear(most=MOST_TIDIED)
        Once.clear(most=MOST_TIDIED)
        db.session.commit()
    except DBAPIError as error:  # what was saved is saved; the next clean-up finds these rows again
        db.session.rollback()
        why = health.note(error, current_app.config["DATA"])
        if why is None:
            raise
        log.warning("the clean-up was put off: %s", why.value)


def _note_the_reading() -> None:
    """After a GET has read all it shows: one line per file that was opened, and a sign of life, in a short transaction."""
    opened = g.get("opened", {})
    idle_since = g.get("used_at") or clock.now()
    stale = clock.now() - idle_since > timedelta(minutes=1) and not in_background()
    if not (opened or stale or g.get("noted")):
        return
    _write_down([*_lines(opened), *g.pop("noted", [])], still_here=stale)


def _lines(opened: dict[Any, Any]) -> list[tuple[EventKind, dict[str, Any]]]:
    """What to put on the trail about files that were opened."""
    return [
        (
            EventKind.CLIENT_VIEWED,
            {"record_kind": kind, "record_id": record_id, "client_id": client_id, "case_id": case_id},
        )
        for (client_id, case_id), (kind, record_id) in opened.items()
    ]


def _write_down(lines: list[tuple[EventKind, dict[str, Any]]], *, still_here: bool = False) -> None:
    """Put lines on the trail, and that the person is still here, in a transaction of its own.

    Where nothing can be written any more people must still be able to read, for somebody may be in danger: the lines
    then go to the server's log, as numbers.
    """
    db.session.rollback()
    writing.set(True)
    try:
        if health.damaged(current_app.config["DATA"]):
            _log_instead(lines, Failure.DAMAGED)
            return
        if still_here:
            db.session.execute(sa.update(SignIn).where(SignIn.id == g.sign_in_id).values(used_at=clock.now()))
        for kind, about in lines:
            _add_line(kind, **about)
        db.session.commit()
    except DBAPIError as error:
        db.session.rollback()
        why = health.note(error, current_app.config["DATA"])
        if why not in (Failure.FULL, Failure.DAMAGED, Failure.READ_ONLY):
            raise
        _log_instead(lines, why)


def _log_instead(lines: list[tuple[EventKind, dict[str, Any]]], why: Failure) -> None:
    for kind, about in lines:
        said = " ".join(f"{n}={value}" for n, value in about.items() if isinstance(value, int) or n == "record_kind")
        log.error("not on the trail, because %s: %s by user %s %s", why.value, kind.value, g.get("user_id"), said)


def note_what_was_shown() -> None:
    """After a form was refused its page shows the record: that is a reading too, noted in a transaction of its own."""
    opened = g.pop("opened", {})
    lines = [*_lines(opened), *g.pop("noted", [])]
    if lines and g.get("user_id") is not None:
        _write_down(lines)


def _add_line(kind: EventKind, **about: Any) -> None:
    Event.queue(kind, by_id=g.user_id, **about)


def note(kind: EventKind, record: Any = None) -> None:
    """Put a reading on the trail when the answer is sent, whatever was asked with: a print, a search, an opened document.

    Nothing is noted of a request that is refused for another reason than its form.
    """
    about = {}
    if record is not None:
        about = {
            "record_kind": record.__tablename__,
            "record_id": record.id,
            "client_id": record.id if record.__tablename__ == "client" else getattr(record, "client_id", None),
            "case_id": getattr(record, "case_id", None),
        }
    g.setdefault("noted", []).append((kind, about))


def refused() -> None:
    """Put a refusal on the trail, in a transaction of its own."""
    what = g.pop("refused", None)
    if what is None or g.get("user_id") is None:
        return
    _write_down([(EventKind.ACCESS_REFUSED, {"record_kind": what[0], "record_id": what[1]})])


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    if request.endpoint == "static":
        fixed = request.args.get("v") or "@" in request.path
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if fixed else "no-cache"
    else:
        headers["Cache-Control"] = "no-store"
        headers.add("Vary", "HX-Request")
    return response


def safe_next(target: str | None) -> str:
    """Where to go after signing in: only ever a page of ours."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return url_for("my_day.index")
    return quote(target, safe="/?&=%#:,+;@~.-_")


def limits(app: Flask) -> None:
    """How much one request may carry."""
    app.config["MAX_CONTENT_LENGTH"] = 80 * 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = 2 * 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 2000
