"""Merging two records of one person, with a preview, and taking them apart again."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.caseload.merge import MergeForm, UndoingForm, in_words, label_of, merge_form
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.merge import Merge, differences
from app.pages import page
from app.pairing import choose, other_in_address
from app.reports.duplicates import preview
from app.reports.record import head_of
from app.reports.unfinished import FORMS

bp = Blueprint("merges", __name__)

ABOUT_A_CLIENT = tuple(sorted(name for name, kept in FORMS.items() if kept.model is Client))


@bp.get("/clients/<int:client_id>/merges/new")
def new(client_id: int):
    """The two side by side; `other` in the address is the one that would be merged into this one."""
    kept = fetch(Client, client_id, to=Can.MERGE_CLIENTS)
    typed = drafts.kept("merge", client_id)
    other = other_in_address(drafted=typed)
    if other is None:
        return choose(kept, "merge")
    if typed and typed.get("other") != str(other.id):  # it was about another pair
        drafts.leave("merge", client_id)
        typed = None
    form_of = merge_form(differences(kept, other))
    return _page(kept, other, form_of(typed) if typed else form_of())


@bp.post("/clients/<int:client_id>/merges/new")
def create(client_id: int):
    kept = fetch(Client, client_id, to=Can.MERGE_CLIENTS)
    other = other_in_address()
    if other is None:
        return choose(kept, "merge", status=422)
    form = merge_form(differences(kept, other))(request.form)
    if not form.validate():
        return _page(kept, other, form, status=422)
    try:
        merge = Merge.make(
            kept, other, by=me(), reason=form.reason.data or "", choices=form.choices, versions=_seen(),
            drafts=ABOUT_A_CLIENT,
        )  # fmt: skip
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
        return _page(kept, other, form, status=422)
    flash(_("The two records are one now. Both numbers find it."))
    return redirect(url_for("merges.show", id=merge.id), 303)


def _seen() -> tuple[int, int]:
    """The two records as they were when the form was opened, as it carries them; a form that does not is out of date."""
    kept, _dash, other = request.form.get("version", "").partition("-")
    return (int(kept), int(other)) if kept.isdecimal() and other.isdecimal() and len(kept + other) < 18 else (0, 0)


@bp.get("/merges/<int:id>/")
def show(id: int):
    merge = fetch(Merge, id, to=Can.SEE_CLIENTS)
    return page("caseload/merges/show.html", head=head_of(merge.client), merge=merge, taken=_taken(merge))


@bp.route("/merges/<int:id>/undo", methods=["GET", "POST"])
def destroy(id: int):
    """Ask why, then take the two apart."""
    merge = fetch(Merge, id, to=Can.MERGE_CLIENTS)
    form = UndoingForm(request.form if request.method == "POST" else drafts.kept("merge_undoing", id))
    if request.method == "POST" and form.validate():
        kept, other = merge.client, merge.other
        try:
            merge.undo(by=me(), reason=form.reason.data or "")
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            words = _("Two records again: %(kept)s and %(other)s.", kept=kept.number, other=other.number)
            flash(words)
            return redirect(url_for("clients.show", id=kept.id), 303)
    return page(
        "caseload/merges/destroy.html",
        head=head_of(merge.client),
        merge=merge,
        form=form,
        obstacles=merge.obstacles_to_undoing(),
        status=422 if request.method == "POST" else 200,
    )


def _page(kept: Client, other: Client, form: MergeForm, *, status: int = 200):
    return page(
        "caseload/merges/new.html",
        it=preview(kept, other, me()),
        form=form,
        rows=[
            (form[f"side_{one.name}"], in_words(one.name, one.kept), in_words(one.name, one.other))
            for one in differences(kept, other)
        ],
        status=status,
    )


def _taken(merge: Merge) -> list[str]:
    """The fields that took words of the other record, as they are called on screen."""
    return [str(label_of(name)) for name in merge.kept["fields"]]
