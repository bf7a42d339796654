"""Handrail: case management for small social-service agencies."""

from __future__ import annotations

from typing import Any

from app import cli, config, errors, requests, routes, showing
from app.engines import options, prepare
from app.extensions import babel, db, htmx


def create_app(settings: dict[str, Any] | None = None) -> requests.Handrail:
    """The app, with these settings or those that the surroundings give."""
    app = requests.Handrail(__name__, static_folder="static")
    app.config.update(settings if settings is not None else config.read())
    app.debug = False  # whatever FLASK_DEBUG says: an error's inside is for the log alone
    requests.limits(app)
    requests.behind_proxies(app)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options(app.config["SQLALCHEMY_DATABASE_URI"])
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    htmx.init_app(app)
    babel.init_app(app)
    requests.surround(app)
    showing.install(app)
    routes.register(app)
    errors.install(app)
    cli.register(app)
    return app
