"""How to reach a person, and how to do it safely; the front desk corrects it too."""

from flask import Blueprint

from app.access import Can, fetch
from app.models.caseload.client import Client
from app.sections import CONTACT_DETAILS, opened, saved

bp = Blueprint("contact_details", __name__)


@bp.get("/clients/<int:client_id>/contact-details/edit")
def edit(client_id: int):
    return opened(fetch(Client, client_id, to=Can.CORRECT_CONTACTS), CONTACT_DETAILS)


@bp.post("/clients/<int:client_id>/contact-details/edit")
def update(client_id: int):
    return saved(fetch(Client, client_id, to=Can.CORRECT_CONTACTS), CONTACT_DETAILS)
