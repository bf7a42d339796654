"""The people who work here, kept by the administrator."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.access import LARGEST_ID, Can, me, require
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
    running = programs()
    form = InvitationForm(request.form)
    form.programs.offer([(program.id, program.name) for program in running])
    if form.validate():
        try:
            chosen = [program for program in running if program.id in form.programs.data]
            invitation, token = Invitation.make(by=me(), **(form.data | {"programs": chosen}))
        except RuleBroken as broken:
            form.refuse(broken.text)
        else:
            link = url_for("invitations.show", token=token, _external=True)
            return page("agency/users/invited.html", invitation=invitation, link=link)
    return page("agency/users/new.html", form=form, status=422)


@bp.get("/<int:id>/edit")
def edit(id: int):
    user = _user(id)
    form = UserForm(obj=user, data={"programs": user.program_ids})
    form.programs.offer([(program.id, program.name) for program in programs()])
    return page("agency/users/edit.html", form=form, user=user)


@bp.post("/<int:id>/edit")
def update(id: int):
    user = _user(id)
    running = programs()
    form = UserForm(request.form)
    form.programs.offer([(program.id, program.name) for program in running])
    if not form.validate():
        return page("agency/users/edit.html", form=form, user=user, status=422)
    details = form.data
    chosen = details.pop("programs")
    user.correct(by=me(), **details)
    not_offered = [m.program for m in user.memberships if m.to_on is None and m.program.retired]
    user.work_in([program for program in running if program.id in chosen] + not_offered, by=me())
    flash(_("The account is saved."))
    return redirect(url_for("settings.index"), 303)


def _user(id: int) -> User:
    require(Can.RUN_AGENCY)
    return (db.session.get(User, id) if id < LARGEST_ID else None) or abort(404)
