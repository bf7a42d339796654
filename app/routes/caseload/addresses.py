"""Where a person lives and gets mail; the front desk corrects it too."""

from flask import Blueprint

from app.access import Can, fetch
from app.models.caseload.client import Client
from app.sections import ADDRESSES, opened, saved

bp = Blueprint("addresses", __name__)


@bp.get("/clients/<int:client_id>/addresses/edit")
def edit(client_id: int):
    return opened(fetch(Client, client_id, to=Can.CORRECT_CONTACTS), ADDRESSES)


@bp.post("/clients/<int:client_id>/addresses/edit")
def update(client_id: int):
    return saved(fetch(Client, client_id, to=Can.CORRECT_CONTACTS), ADDRESSES)
