"""What a person is called: the legal name, the one they go by, and every other, with its days."""

from flask import Blueprint

from app.access import Can, fetch
from app.models.caseload.client import Client
from app.sections import NAMES, opened, saved

bp = Blueprint("names", __name__)


@bp.get("/clients/<int:client_id>/names/edit")
def edit(client_id: int):
    return opened(fetch(Client, client_id, to=Can.WORK_CASES), NAMES)


@bp.post("/clients/<int:client_id>/names/edit")
def update(client_id: int):
    return saved(fetch(Client, client_id, to=Can.WORK_CASES), NAMES)
