"""Instances only: the database, sign-in, htmx and translations."""

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from htmx_flask import Htmx

from app.engines import Base

db = SQLAlchemy(model_class=Base)
login = LoginManager()
htmx = Htmx()
babel = Babel()
