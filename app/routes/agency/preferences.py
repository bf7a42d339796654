"""How a person likes the screen: theme, density and text size, kept in cookies."""

from flask import Blueprint, redirect, request

from app.requests import safe_next

bp = Blueprint("preferences", __name__, url_prefix="/preferences")
ALLOWED = {"theme": {"", "light", "dark"}, "density": {"", "compact"}, "text": {"", "large", "larger"}}


@bp.post("/")
def update():
    response = redirect(safe_next(request.form.get("next")), 303)
    for name, allowed in ALLOWED.items():
        value = request.form.get(name)
        if value in allowed:
            response.set_cookie(f"handrail_{name}", value, max_age=31536000, samesite="Lax", secure=request.is_secure)
    return response
