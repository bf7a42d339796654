"""New recovery codes in place of the old ones; they stand on the answer itself, once."""

from flask import Blueprint, redirect, url_for

from app.access import me, require_recent
from app.models.agency.second_factor import RecoveryCode
from app.pages import page

bp = Blueprint("recovery_codes", __name__, url_prefix="/second-factor/recovery-codes")


@bp.post("/")
def create():
    require_recent()
    if me().second_factor is None:
        return redirect(url_for("second_factors.show"), 303)
    return page("agency/recovery_codes/show.html", codes=RecoveryCode.make(me()), frame="base.html", first=False)
