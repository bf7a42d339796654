"""Whether this server can do its work: for a watchdog, not for people."""

from dataclasses import asdict

from flask import Blueprint, current_app, jsonify

from app.extensions import db
from app.health import health_of

bp = Blueprint("health", __name__, url_prefix="/healthz")


@bp.get("")
def show():
    """200 when the database can be written, is sound and has space left, else 503; says which, and nothing more."""
    db.session.rollback()
    found = asdict(health_of(db.engine, current_app.config["DATA"]))
    return jsonify(found), 200 if all(found.values()) else 503
