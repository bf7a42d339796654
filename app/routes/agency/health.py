"""Whether this server can do its work: for a watchdog, not for people."""

import shutil

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify

from app.engines import writing
from app.extensions import db

bp = Blueprint("health", __name__, url_prefix="/healthz")
LEAST_FREE = 100 * 1024 * 1024


@bp.get("")
def show():
    """200 when the database can be written and space is left, else 503; says which, and nothing more."""
    writable = True
    token = writing.set(True)
    try:
        db.session.rollback()
        db.session.execute(sa.text("CREATE TEMPORARY TABLE health (one INTEGER)"))
        db.session.execute(sa.text("DROP TABLE health"))
        db.session.rollback()
    except sa.exc.DBAPIError:
        db.session.rollback()
        writable = False
    finally:
        writing.reset(token)
    space = shutil.disk_usage(current_app.config["DATA"]).free > LEAST_FREE
    return jsonify(database=writable, space=space), 200 if writable and space else 503
