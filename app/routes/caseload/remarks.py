"""What helps in working with a person, and whether the record is in use."""

from flask import Blueprint

from app.access import Can, fetch
from app.models.caseload.client import Client
from app.sections import REMARKS, opened, saved

bp = Blueprint("remarks", __name__)


@bp.get("/clients/<int:client_id>/remarks/edit")
def edit(client_id: int):
    return opened(fetch(Client, client_id, to=Can.WORK_CASES), REMARKS)


@bp.post("/clients/<int:client_id>/remarks/edit")
def update(client_id: int):
    return saved(fetch(Client, client_id, to=Can.WORK_CASES), REMARKS)
