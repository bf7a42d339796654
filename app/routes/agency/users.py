"""The people who work here, kept by the administrator."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import letters
from app.access import Can, fetch, me, require, require_recent
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.agency.settings import InvitationForm, UserForm
from app.models.agency.sign_in import Invitation
from app.models.agency.user import User
from app.models.base import RuleBroken
from app.models.caseload.program import Program
from app.pages import page

bp = Blueprint("users", __name__, url_prefix="/users")


def programs() -> list[Program]:
    """The programs to choose from."""
    return list(db.session.scalars(Program.running()))


@bp.get("/new")
def new():
    require(Can.RUN_AGENCY)
    form = InvitationForm()
    form.programs.offer([(program.id, program.name) for program in programs()])
    return page("agency/users/new.html", form=form)


@bp.post("/new")
def create():
    """Invite somebody: the link is shown once, on the answer itself, and kept nowhere."""
    require(Can.RUN_AGENCY)
    require_recent()
    running = programs()
    form = InvitationForm(request.form)
    form.programs.offer([(program.id, program.name) for program in running])
    if form.validate():
        try:
            details = form.data
            by_mail = details.pop("by_mail") and letters.can_send()
            details["programs"] = [program for program in running if program.id in form.programs.data]
            invitation, token = Invitation.make(by=me(), **details)
        except RuleBroken as broken:
            form.refuse(broken.text)
        else:
            link = url_for("invitations.show", token=token, _external=True)
            if by_mail:
                letters.invitation(form.email.data, token, days=Invitation.DAYS)
            sent_to = invitation.email if by_mail else None
            return page(
                "agency/users/link.html", name=invitation.name, until=invitation.expires_at, link=link, sent_to=sent_to
            )
    return page("agency/users/new.html", form=form, status=422)


@bp.get("/<int:id>/edit")
def edit(id: int):
    user = fetch(User, id, to=Can.RUN_AGENCY)
    form = _as_it_is(user)
    return page("agency/users/edit.html", form=form, user=user)


@bp.post("/<int:id>/edit")
def update(id: int):
    user = fetch(User, id, to=Can.RUN_AGENCY)
    require_recent()
    running = programs()
    form = UserForm(sent())
    form.programs.offer([(program.id, program.name) for program in running])
    other = User.with_email(form.email.data) if form.email.data else None
    if other is not None and other.id != user.id:
        form.refuse("Someone with this e-mail address already has an account.")
    if not form.validate():
        return page("agency/users/edit.html", form=form, user=user, status=422)
    meet(form, lambda: _as_it_is(user), user)
    details = form.data
    chosen = details.pop("programs")
    user.correct(by=me(), **details)
    not_offered = [m.program for m in user.memberships if m.to_on is None and m.program.retired]
    user.work_in([program for program in running if program.id in chosen] + not_offered, by=me())
    flash(_("The account is saved."))
    return redirect(url_for("settings.index"), 303)


def _as_it_is(user: User) -> UserForm:
    """The account as a form says it; programs that take no more cases are not in question."""
    running = programs()
    form = UserForm(obj=user, data={"programs": [program.id for program in running if program.id in user.program_ids]})
    form.programs.offer([(program.id, program.name) for program in running])
    return form
