"""One's own second factor: setting it up with a first code, seeing how it stands, taking it off."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from app import totp
from app.access import me, require_recent
from app.forms.agency.sign_in import CodeForm
from app.models.agency.second_factor import RecoveryCode, SecondFactor
from app.models.base import RuleBroken
from app.pages import page
from app.requests import keep_the_try, set_token

bp = Blueprint("second_factors", __name__, url_prefix="/second-factor")


@bp.get("/")
def show():
    if me().second_factor is None:
        return _setting_up(CodeForm())
    needed = g.agency.requires_second_factor_of(me())
    return page("agency/second_factors/show.html", left=RecoveryCode.left(me()), needed=needed)


@bp.post("/")
def create():
    """Set it up: the recovery codes are shown once, on the answer itself."""
    require_recent()
    form = CodeForm(request.form)
    if form.validate():
        forced = _forced()
        try:
            codes = SecondFactor.set_up(me(), salt=g.sign_in.salt, code=form.code.data)
        except RuleBroken as broken:
            keep_the_try()
            form.refuse(broken.text)
        else:
            response = page("agency/recovery_codes/show.html", codes=codes, frame=_frame(forced), first=True)
            set_token(response, g.sign_in.renew())
            return response
    form.code.data, form.code.raw_data = None, None
    return _setting_up(form, status=422)


@bp.post("/remove")
def destroy():
    require_recent()
    factor = me().second_factor
    if factor is not None:
        factor.take_off(by=me())
    flash(_("You sign in with your password alone now."))
    return redirect(url_for("passwords.edit"), 303)


def _setting_up(form: CodeForm, *, status: int = 200):
    secret = SecondFactor.secret_of(me(), g.sign_in.salt)
    address = totp.address(secret, account=me().email, issuer=g.agency.name)
    return page(
        "agency/second_factors/new.html", form=form, key=totp.typed_key(secret), address=address,
        forced=_forced(), frame=_frame(_forced()), status=status,
    )  # fmt: skip


def _forced() -> bool:
    """Whether nothing else answers before it is set up."""
    return me().second_factor is None and g.agency.requires_second_factor_of(me())


def _frame(forced: bool) -> str:
    """Without a second factor there is no navigation yet: none of it would answer."""
    return "door.html" if forced else "base.html"
