"""When a person was born, or how old they say they are; sex, race and ethnicity."""

from flask import Blueprint

from app.access import Can, fetch
from app.models.caseload.client import Client
from app.sections import DEMOGRAPHICS, opened, saved

bp = Blueprint("demographics", __name__)


@bp.get("/clients/<int:client_id>/demographics/edit")
def edit(client_id: int):
    return opened(fetch(Client, client_id, to=Can.WORK_CASES), DEMOGRAPHICS)


@bp.post("/clients/<int:client_id>/demographics/edit")
def update(client_id: int):
    return saved(fetch(Client, client_id, to=Can.WORK_CASES), DEMOGRAPHICS)
