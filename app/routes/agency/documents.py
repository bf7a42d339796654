"""Files in a client's record: uploads and issued papers in one list."""

from flask import Blueprint, abort, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.extensions import db
from app.forms.agency.document import DocumentForm
from app.models.agency.document import Document, DocumentKind
from app.models.agency.event import EventKind
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.intake.consent import Consent
from app.models.planning.plan import Plan
from app.pages import Page, page, page_number, paged, whole
from app.reports.documents import papers_and_files, row_of
from app.reports.record import Head, case_chosen, head_of
from app.requests import note
from app.uploads import PDF, VIEWED, read_upload

bp = Blueprint("documents", __name__)


@bp.get("/clients/<int:client_id>/documents/")
def index(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    head = head_of(client, case_id=request.args.get("case", type=whole))
    found = paged(db.session, papers_and_files(client, me()), number=page_number(), rows=True)
    rows = [row_of(row._mapping) for row in found]
    documents = Page(items=rows, number=found.number, size=found.size, total=found.total)
    ending = [consent for consent in db.session.scalars(Consent.of(client, reader=me())) if consent.ends_soon]
    return page("agency/documents/index.html", head=head, documents=documents, ending=ending)


@bp.get("/clients/<int:client_id>/documents/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    plan, consent = _plan(client), _consent(client)
    head = head_of(client, case_id=request.args.get("case", type=whole))
    typed = drafts.kept("document", client_id)
    form = _offering(DocumentForm(typed), head)
    if plan is not None and typed is None:
        form.kind.data = DocumentKind.SIGNED_PLAN
        form.title.data = _("Signed service plan, version %(number)s", number=plan.number)
    if consent is not None and typed is None:
        form.kind.data = DocumentKind.CONSENT
        form.title.data = _("Signed: %(what)s", what=consent.whom)[:200]
    return page("agency/documents/new.html", head=head, form=form, plan=plan, consent=consent)


@bp.post("/clients/<int:client_id>/documents/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    plan, consent = _plan(client), _consent(client)
    head = head_of(client)
    form = _offering(DocumentForm(request.form), head)
    good = form.validate()
    try:
        upload = read_upload(request.files.get("file"))
    except RuleBroken as broken:
        form.file.errors = [_(broken.text, **broken.values)]
        good = False
    if not good or form.kind.data is None:
        return page("agency/documents/new.html", head=head, form=form, plan=plan, consent=consent, status=422)
    document = Document.add(
        client=client,
        case=plan.case if plan is not None else consent.case if consent is not None else case_chosen(form, head),
        plan=plan,
        by=me(),
        kind=form.kind.data,
        title=form.title.data,
        file_name=upload.file_name,
        content=upload.content,
        media_type=upload.media_type,
    )
    flash(_("The file is in the record."))
    if consent is not None:
        consent.attach(document)
        return redirect(url_for("consents.show", id=consent.id), 303)
    if plan is not None:
        return redirect(url_for("plans.show", id=plan.id), 303)
    return redirect(url_for("documents.index", client_id=client.id), 303)


@bp.get("/documents/<int:id>/file")
def show(id: int):
    document = fetch(Document, id, to=Can.SEE_CLIENTS)
    note(EventKind.DOCUMENT_OPENED, document)
    response = make_response(document.file.content)
    viewed = document.file.media_type in VIEWED and not request.args.get("download")
    response.headers["Content-Type"] = document.file.media_type
    disposition = "inline" if viewed else "attachment"
    response.headers.set("Content-Disposition", disposition, filename=f"document-{document.id}{_ending(document)}")
    response.headers["X-Content-Type-Options"] = "nosniff"
    if document.file.media_type != PDF or not viewed:
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response


def _ending(document: Document) -> str:
    return "." + document.file_name.rsplit(".", 1)[-1]


def _plan(client: Client) -> Plan | None:
    """The plan whose signed page this is, when the address names one of this client's."""
    asked = request.args.get("plan", type=whole)
    if asked is None:
        return None
    plan = fetch(Plan, asked, to=Can.WORK_CASES)
    return plan if plan.client_id == client.id and plan.frozen_at is not None else abort(404)


def _consent(client: Client) -> Consent | None:
    """The permission whose signed page this is, when the address names one of this client's."""
    asked = request.args.get("consent", type=whole)
    if asked is None:
        return None
    consent = fetch(Consent, asked, to=Can.WORK_CASES)
    return consent if consent.client_id == client.id and consent.outcome is not None else abort(404)


def _offering(form: DocumentForm, head: Head) -> DocumentForm:
    """Offer the cases a file may belong to; from within a sealed program, that one is chosen already."""
    form.case.offer(
        (case.id, _("Only who may see the case in %(program)s", program=case.program.name)) for case in head.cases
    )
    if head.case is not None and head.case.program.regime.sealed and form.case.data is None:
        form.case.process_data(head.case.id)
    return form
