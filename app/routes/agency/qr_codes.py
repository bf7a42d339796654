"""The picture that a phone's authenticator app reads when the second factor is set up."""

import io

import segno
from flask import Blueprint, Response, abort, g

from app import totp
from app.access import me
from app.models.agency.second_factor import SecondFactor

bp = Blueprint("qr_codes", __name__, url_prefix="/second-factor/qr.svg")


@bp.get("")
def show() -> Response:
    """Only while it is being set up: afterwards nobody is shown the secret any more."""
    if me().second_factor is not None:
        abort(404)
    secret = SecondFactor.secret_of(me(), g.sign_in.salt)
    drawn = io.BytesIO()
    address = totp.address(secret, account=me().email, issuer=g.agency.name)
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
