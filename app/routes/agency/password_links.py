"""An administrator's one-time link with which a colleague chooses a new password."""

from flask import Blueprint, url_for

from app.access import Can, fetch, me, require_recent
from app.models.agency.password_link import PasswordLink
from app.models.agency.user import User
from app.pages import page

bp = Blueprint("password_links", __name__, url_prefix="/users/<int:id>/password-link")


@bp.post("")
def create(id: int):
    """The link is shown once, on the answer itself, and kept nowhere."""
    user = fetch(User, id, to=Can.RUN_AGENCY)
    require_recent()
    made, token = PasswordLink.make(user, by=me())
    link = url_for("new_passwords.edit", token=token, _external=True)
    return page("agency/users/link.html", name=user.name, until=made.expires_at, link=link, sent_to=None)
