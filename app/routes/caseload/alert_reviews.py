"""Looking at an alert again: it still holds, perhaps in other words, until another day."""

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import clock, drafts
from app.access import Can, fetch, me
from app.forms.caseload.alert import AlertReviewForm
from app.models.base import RuleBroken
from app.models.caseload.alert import Alert
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("alert_reviews", __name__, url_prefix="/alerts/<int:alert_id>/reviews")
USUAL_DAYS = 180


@bp.get("/new")
def new(alert_id: int) -> Response:
    """The alert as it is, with a new day suggested."""
    alert = fetch(Alert, alert_id, to=Can.WORK_CASES)
    typed = drafts.kept("alert_review", alert.id)
    as_it_is = {name: getattr(alert, name) for name in ("priority", "what_to_do", "reason", "client_aware")}
    suggested = as_it_is | {"review_on": clock.today() + timedelta(days=USUAL_DAYS)}
    return _page(alert, AlertReviewForm(typed) if typed else AlertReviewForm(data=suggested))


@bp.post("/new")
def create(alert_id: int) -> Response | Answer:
    """It still holds."""
    alert = fetch(Alert, alert_id, to=Can.WORK_CASES)
    form = AlertReviewForm(request.form)
    if not form.validate():
        return _page(alert, form, status=422)
    try:
        alert.look_again(by=me(), **form.data)
    except RuleBroken as broken:
        form.review_on.errors = [_(broken.text, **broken.values)]
        return _page(alert, form, status=422)
    flash(_("The alert holds. It is looked at again on the day you chose."))
    return redirect(url_for("clients.show", id=alert.client_id), 303)


def _page(alert: Alert, form: AlertReviewForm, *, status: int = 200) -> Response:
    return page("caseload/alert_reviews/new.html", head=head_of(alert.client), alert=alert, form=form, status=status)
