"""Importing a directory of services from an uploaded package, and what each import brought."""

from __future__ import annotations

import os
from pathlib import PurePath

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import defer, joinedload
from werkzeug.wrappers import Response as Answer

from app import heavy
from app.access import Can, me, require
from app.directory.importing import NothingSound, import_directory
from app.directory.package import PackageRefused
from app.directory.report import ImportReport
from app.directory.tables import LABELS
from app.extensions import db
from app.forms.linking.directory import LARGEST_ID, DirectoryUpload
from app.models.base import N_
from app.models.linking.directory_import import DirectoryImport
from app.pages import page, page_number, paged

bp = Blueprint("directory_imports", __name__, url_prefix="/directory-imports")
LARGEST_UPLOAD = 64 * 1024 * 1024
LISTED = 200


@bp.get("/")
def index() -> Response:
    """The imports so far."""
    require(Can.RUN_AGENCY)
    query = DirectoryImport.latest().options(defer(DirectoryImport.report), joinedload(DirectoryImport.by))
    return page("linking/directory_imports/index.html", imports=paged(db.session, query, number=page_number()))


@bp.get("/new")
def new() -> Response:
    """Choose a zip."""
    require(Can.RUN_AGENCY)
    return page("linking/directory_imports/new.html", form=DirectoryUpload(), report=None, labels=LABELS, listed=LISTED)


@bp.post("/")
def create() -> Response | Answer:
    """Import it: all of what is sound, or nothing if nothing is."""
    require(Can.RUN_AGENCY)
    form = DirectoryUpload(request.files)
    report = None
    if form.validate():
        upload = form.package.data
        try:
            if upload.stream.seek(0, os.SEEK_END) > LARGEST_UPLOAD:
                raise PackageRefused(N_("The file is larger than %(most)s MB."), most=LARGEST_UPLOAD // 1024**2)
            upload.stream.seek(0)
            with heavy.turn():
                import_directory(db.session(), upload.stream, by=me(), name=PurePath(upload.filename).stem)
        except PackageRefused as refused:
            form.package.errors = [_(refused.text, **refused.values)]
            report = refused.report if isinstance(refused, NothingSound) else None
        else:
            done = db.session.scalars(DirectoryImport.latest().limit(1)).one()
            return redirect(url_for("directory_imports.show", id=done.id), 303)
    return page(
        "linking/directory_imports/new.html", form=form, report=report, labels=LABELS, listed=LISTED, status=422
    )


@bp.get("/<int:id>/")
def show(id: int) -> Response:
    """What an import brought and left out; with `format=csv`, every row of that as a spreadsheet."""
    require(Can.RUN_AGENCY)
    done = db.get_or_404(DirectoryImport, min(id, LARGEST_ID))
    report = ImportReport.from_json(done.report)
    if request.args.get("format") == "csv":
        answer = make_response("\N{BYTE ORDER MARK}" + report.as_csv())
        answer.headers["Content-Type"] = "text/csv; charset=utf-8"
        answer.headers["Content-Disposition"] = f'attachment; filename="directory-import-{id}-left-out.csv"'
        return answer
    return page("linking/directory_imports/show.html", done=done, report=report, labels=LABELS, listed=LISTED)
