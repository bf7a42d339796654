"""Recovery codes as a file: the page that shows them sends them back, and only this person's real ones come out."""

from flask import Blueprint, Response, abort, g, request

from app.access import me
from app.models.agency.second_factor import RecoveryCode

bp = Blueprint("recovery_texts", __name__, url_prefix="/second-factor/recovery-codes.txt")


@bp.post("")
def create() -> Response:
    typed = [code for code in request.form.getlist("code") if len(code) <= 40][: RecoveryCode.COUNT]
    codes = RecoveryCode.among(me(), typed)
    if not codes:
        abort(404)
    lines = [f"{g.agency.name}: {me().email}", "", *codes, ""]
    response = Response("\n".join(lines), mimetype="text/plain")
    response.headers["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response
