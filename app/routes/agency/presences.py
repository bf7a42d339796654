"""How long the person who asks stays signed in; asking does not lengthen it, saying "I am here" does."""

from flask import Blueprint, jsonify

from app.access import me
from app.requests import seconds_left

bp = Blueprint("presences", __name__, url_prefix="/presence")


@bp.get("/")
def show():
    return jsonify(user=str(me().id), seconds=seconds_left())


@bp.post("/")
def update():
    """The answer is committed like every other, and with it the sign of life."""
    return jsonify(user=str(me().id), seconds=seconds_left())
