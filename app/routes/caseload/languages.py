"""How to speak with a person, and how they read."""

from flask import Blueprint

from app.access import Can, fetch
from app.models.caseload.client import Client
from app.sections import LANGUAGES_AND_PRINT, opened, saved

bp = Blueprint("languages", __name__)


@bp.get("/clients/<int:client_id>/languages/edit")
def edit(client_id: int):
    return opened(fetch(Client, client_id, to=Can.WORK_CASES), LANGUAGES_AND_PRINT)


@bp.post("/clients/<int:client_id>/languages/edit")
def update(client_id: int):
    return saved(fetch(Client, client_id, to=Can.WORK_CASES), LANGUAGES_AND_PRINT)
