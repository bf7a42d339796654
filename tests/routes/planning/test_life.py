"""From the draft to the signed paper and on to the next version, as a person meets it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from app import clock
from app.documents import plan_paper
from app.documents.issuing import pdf_of
from app.extensions import db
from app.models.agency.document import Document, DocumentKind, Paper, PaperKind
from app.models.agency.draft import Draft, Mark
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.caseload.case import AssignmentRole
from app.models.planning.goal import GoalStatus, StepStatus
from app.models.planning.plan import Agreement, NeedAnswer, Plan, PlanStatus
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole
from tests.models.planning.builders import draft, in_force, ready

SCAN = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def signed(**changes: str) -> dict[str, str]:
    """The form as it is filled in when Rosa and Ana signed today."""
    today = clock.today().isoformat()
    values = {
        "client-printed_name": "Rosa Díaz",
        "client-outcome": "signed",
        "client-method": "ink",
        "client-signed_on": today,
        "caseworker-printed_name": "Ana Reyes",
        "caseworker-outcome": "signed",
        "caseworker-method": "ink",
        "caseworker-signed_on": today,
        "agreement": "agrees",
        "took_part": "y",
        "chose_services": "y",
        "copy_given_on": today,
    }
    return values | changes


def test_the_whole_life_of_a_plan(visit, cast):
    plan = draft(cast)
    visit.sign_in(cast.ana)
    page = visit.get(f"/plans/{plan.id}/edit").submit("Make ready for signature", people_to_call="Inés: 555-0119")
    assert page.text("h1") == "Make version 1 ready for signature"
    assert "Say what happens with the need “Financial”" in page.text(".checklist")
    refused = page.submit("Make ready", status=422)
    assert "write why the plan goes on without it" in refused.text(".errors")
    shown = page.submit("Make ready", leaving_open="First the home.")
    assert "Version 1 is ready for signature" in shown.text(".notice.is-warn")
    paper = db.session.scalars(sa.select(Paper)).one()
    assert (paper.kind, paper.number, paper.code, paper.plan_id) == (PaperKind.SERVICE_PLAN, 1, plan.code, plan.id)
    assert paper.particulars["crisis"]["people"] == [{"name": "Inés", "phone": "555-0119"}] and paper.intact
    assert f"/papers/{paper.id}.pdf" in [a.get("href") for a in shown.all("a")]
    form = shown.click("Record signatures")
    assert form.all("input[name=caseworker-printed_name]")[0].get("value") == "Ana Reyes, Caseworker"
    tab = visit.post(f"/plans/{plan.id}/signatures/", signed())
    assert "Signed – scan missing" in tab.text(".notice.is-warn") and "Rosa: Agrees" in tab.text("aside")
    assert "Rosa Díaz" in tab.text(".sign") and "ink on paper" in tab.text(".sign")
    assert tab.click("Attach the scan").path == f"/clients/{cast.rosa.id}/documents/new?plan={plan.id}"
    first = plan.goals[0].steps[0]
    tab = visit.post(f"/steps/{first.id}/mark", {"status": "done"})
    assert "1 of 2 steps" in tab.text(".goal-no")
    editor = tab.submit("Start a new version")
    assert editor.text("h1") == "Service plan, version 2"
    tab = visit.get(f"/cases/{cast.case.id}/plan/")
    assert "Version 2 is a draft" in tab.text(".notice.is-info") and "Version 1, in force since" in tab.text(
        ".section-head"
    )
    second = Plan.latest(cast.case)
    visit.get(f"/plans/{second.id}/freeze/new").submit("Make ready", leaving_open="First the home.")
    visit.post(f"/plans/{second.id}/signatures/", signed())
    tab = visit.get(f"/cases/{cast.case.id}/plan/")
    assert "Version 2, in force since" in tab.text(".section-head") and "1 of 2 steps" in tab.text(".goal-no")
    assert [link for link in tab.texts("#versions-h + ul li") if link.startswith("Version 1 Superseded, signed")]
    db.session.expire_all()
    assert (plan.status, second.status) == (PlanStatus.SUPERSEDED, PlanStatus.SIGNED)
    assert plan.intact and second.intact and second.goals[0].steps[0].status is StepStatus.DONE
    first_print = pdf_of(db.session.get_one(Paper, paper.id))
    old = tab.click("Its paper of version 1")
    assert old.response.mimetype == "application/pdf" and old.bytes == first_print


def test_the_freeze_page_bars_the_way_until_the_needed_things_are_there(visit, cast):
    plan = Plan.begin(cast.case, by=cast.ana)
    db.session.commit()
    page = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/freeze/new")
    assert "No plan is signed without this." in page.text(".checklist .is-danger")
    assert page.texts("main button") == []
    answer = visit.post(f"/plans/{plan.id}/freeze/", {"leaving_open": "no matter"}, status=422)
    assert "cannot be signed yet" in answer.text(".errors")
    db.session.expire_all()
    assert plan.draft and db.session.scalar(sa.select(sa.func.count(Paper.id))) == 0


def test_nothing_missing_needs_no_reason(visit, cast):
    plan = draft(cast)
    plan.set_aside(Domain.FINANCIAL, by=cast.ana, answer=NeedAnswer.DECLINES, reason="She wants to wait")
    db.session.commit()
    page = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/freeze/new")
    assert "Nothing is missing." in page.text("main") and not page.all("[name=leaving_open]")
    page.submit("Make ready")
    db.session.expire_all()
    assert plan.ready


def test_who_else_signs_is_on_the_paper(visit, cast):
    cast.case.assign(cast.bo, by=cast.bo, role=AssignmentRole.SUPERVISOR)
    plan = draft(cast)
    page = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/freeze/new")
    page.submit("Make ready", leaving_open="later", representative="y", supervisor="y")
    said = db.session.scalars(sa.select(Paper.particulars)).one()
    assert said["supervisor"] == {"name": "Bo Lindgren", "title": "Supervisor"}
    assert said["representatives"] == [{"name": "", "authority": ""}]


def test_unsaved_text_is_named_before_the_freeze(visit, cast):
    plan = draft(cast)
    visit.sign_in(cast.ana)
    for form, about in (("plan", plan.id), ("goal_new", plan.id), ("goal", plan.goals[0].id)):
        Draft.keep(cast.ana, Mark(form, about), {"statement": ["Half"]})
        db.session.commit()
        assert "not saved yet" in visit.get(f"/plans/{plan.id}/freeze/new").text("main"), form
        Draft.done(cast.ana, Mark(form, about))
        db.session.commit()
    assert "not saved yet" not in visit.get(f"/plans/{plan.id}/freeze/new").text("main")


def test_a_freeze_that_fails_leaves_neither_paper_nor_frozen_version(visit, cast, monkeypatch):
    plan = draft(cast)

    def broken(*_args, **_how):
        raise RuntimeError("no paper today")

    monkeypatch.setattr(plan_paper, "particulars", broken)
    visit.sign_in(cast.ana).post(f"/plans/{plan.id}/freeze/", {"leaving_open": "later"}, status=500)
    db.session.expire_all()
    assert plan.draft and plan.code is None


def test_the_preview_of_a_draft_is_made_on_the_fly_and_kept_nowhere(visit, cast):
    plan = draft(cast)
    answer = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/preview.pdf")
    assert answer.response.mimetype == "application/pdf" and answer.bytes.startswith(b"%PDF-")
    assert "Rosa" not in answer.response.headers["Content-Disposition"]
    assert db.session.scalar(sa.select(sa.func.count(Paper.id))) == 0
    events = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.PAPER_PRINTED)).all()
    assert [(event.record_kind, event.record_id, event.client_id) for event in events] == [
        ("plan", plan.id, cast.rosa.id)
    ]
    plan.freeze(by=cast.ana, leaving_open="later")
    db.session.commit()
    visit.get(f"/plans/{plan.id}/preview.pdf", status=409)


def test_the_scan_comes_in_with_the_signatures(visit, cast):
    plan = ready(cast)
    values = signed() | {"scan": (BytesIO(SCAN), "signed <plan>.pdf")}
    tab = visit.sign_in(cast.ana).post(f"/plans/{plan.id}/signatures/", values, content_type="multipart/form-data")
    document = db.session.scalars(sa.select(Document)).one()
    assert (document.plan_id, document.case_id, document.kind) == (plan.id, plan.case_id, DocumentKind.SIGNED_PLAN)
    assert document.file.content == SCAN and document.title == "Signed service plan, version 1"
    assert "scan missing" not in tab.text("main")
    assert f"/documents/{document.id}/file" in [a.get("href") for a in tab.all("aside a")]


def test_a_bad_scan_records_nothing_and_keeps_what_was_typed(visit, cast):
    plan = ready(cast)
    visit.sign_in(cast.ana)
    for content, words in [(b"MZ\x90 program", "kind of file"), (b"", "empty")]:
        values = signed(disagreement="kept") | {"scan": (BytesIO(content), "plan.pdf")}
        answer = visit.post(f"/plans/{plan.id}/signatures/", values, status=422, content_type="multipart/form-data")
        assert words in answer.text(".errors") and answer.text("textarea[name=disagreement]") == "kept"
    db.session.expire_all()
    assert plan.ready and plan.signatures == []


YESTERDAY = (clock.today() - timedelta(days=1)).isoformat()
TOMORROW = (clock.today() + timedelta(days=1)).isoformat()


REFUSED = [
    ({"client-outcome": ""}, "Say whether Rosa Díaz signed"),
    ({"client-signed_on": ""}, "date on the paper"),
    ({"client-signed_on": YESTERDAY}, "must lie between"),
    ({"client-signed_on": TOMORROW}, "today or in the past"),
    ({"client-method": "mark", "client-witness": ""}, "witness"),
    ({"client-outcome": "declined"}, "why Rosa Díaz did not sign"),
    ({"client-printed_name": ""}, "Write the name."),
    ({"caseworker-outcome": "declined", "caseworker-reason": "away"}, "The caseworker signs too"),
    ({"caseworker-outcome": ""}, "Say whether Ana Reyes signed"),
    ({"agreement": ""}, "Say what the client answered."),
    ({"agreement": "in_part"}, "does not agree with"),
    ({"agreement": "nonsense"}, "Choose one from the list."),
    ({"copy_given_on": YESTERDAY}, "must lie between"),
    ({"representative-outcome": "signed", "representative-printed_name": "Inés", "representative-method": "ink",
      "representative-signed_on": clock.today().isoformat()}, "right to sign"),
    ({"witness-outcome": "signed", "witness-method": "ink"}, "Write the name."),
]  # fmt: skip


def test_every_refusal_comes_back_in_the_form_with_what_was_typed(visit, cast):
    plan = ready(cast)
    visit.sign_in(cast.ana)
    for changes, words in REFUSED:
        values = signed(disagreement="") | {"client-witness": "kept"} | changes
        answer = visit.post(f"/plans/{plan.id}/signatures/", values, status=422)
        assert words in answer.text(".errors"), f"{changes}: {answer.text('.errors')}"
        for name in ("client-witness", "client-signed_on", "caseworker-printed_name"):
            assert answer.all(f"input[name={name}]")[0].get("value") == values[name]
    db.session.expire_all()
    assert plan.ready and plan.signatures == []


@pytest.mark.parametrize(
    ("outcome", "status", "words"),
    [
        ("declined", PlanStatus.DECLINED, "Declined to sign: She wants to think"),
        ("unable", PlanStatus.UNABLE, "Unable to sign"),
    ],
)
def test_a_plan_without_the_clients_signature_is_in_force_and_says_why(visit, cast, outcome, status, words):
    plan = ready(cast)
    values = signed(agreement="could_not", disagreement="Not today")
    values |= {"client-outcome": outcome, "client-reason": "She wants to think", "client-signed_on": ""}
    tab = visit.sign_in(cast.ana).post(f"/plans/{plan.id}/signatures/", values)
    db.session.expire_all()
    assert plan.status is status and plan.agreement is Agreement.COULD_NOT
    assert words in tab.text(".sign") and "Could not answer. Not today" in tab.text("aside")
    assert "scan missing" not in tab.text("main")


def test_everybody_who_may_sign_is_recorded_with_how_and_when(visit, cast):
    plan = ready(cast)
    today = clock.today().isoformat()
    values = signed() | {"client-outcome": "unable", "client-reason": "Cannot write", "client-signed_on": ""}
    rows = {
        "representative": "Inés Díaz",
        "interpreter": "Beatriz Lugo",
        "supervisor": "Bo Lindgren",
        "witness": "Tom Li",
    }
    for row, name in rows.items():
        values |= {
            f"{row}-printed_name": name,
            f"{row}-outcome": "signed",
            f"{row}-method": "ink",
            f"{row}-signed_on": today,
        }
    values |= {"representative-role": "representative", "representative-authority": "Power of attorney"}
    values |= {"supervisor-method": "mark", "supervisor-witness": "Ana Reyes"}
    visit.sign_in(cast.ana).post(f"/plans/{plan.id}/signatures/", values)
    found = db.session.scalars(sa.select(Signature).order_by(Signature.id)).all()
    assert [(s.role, s.printed_name, s.outcome) for s in found] == [
        (SignerRole.CLIENT, "Rosa Díaz", SignatureOutcome.UNABLE),
        (SignerRole.REPRESENTATIVE, "Inés Díaz", SignatureOutcome.SIGNED),
        (SignerRole.CASEWORKER, "Ana Reyes", SignatureOutcome.SIGNED),
        (SignerRole.SUPERVISOR, "Bo Lindgren", SignatureOutcome.SIGNED),
        (SignerRole.INTERPRETER, "Beatriz Lugo", SignatureOutcome.SIGNED),
        (SignerRole.WITNESS, "Tom Li", SignatureOutcome.SIGNED),
    ]
    assert (found[0].method, found[0].signed_on, found[0].reason) == (None, None, "Cannot write")
    assert found[1].authority == "Power of attorney" and found[3].method is SignatureMethod.MARK
    assert {s.by_id for s in found} == {cast.ana.id} and {s.client_id for s in found} == {cast.rosa.id}
    db.session.expire_all()
    assert plan.status is PlanStatus.SIGNED


def test_a_guardian_alone_signs_for_a_client(visit, cast):
    plan = ready(cast)
    values = signed() | {"client-outcome": "", "client-signed_on": ""}
    values |= {
        "representative-outcome": "signed",
        "representative-printed_name": "Inés",
        "representative-method": "ink",
    }
    values |= {"representative-signed_on": clock.today().isoformat(), "representative-authority": "Parent"}
    visit.sign_in(cast.ana).post(f"/plans/{plan.id}/signatures/", values)
    roles = db.session.scalars(sa.select(Signature.role).order_by(Signature.id)).all()
    assert roles == [SignerRole.GUARDIAN, SignerRole.CASEWORKER]


def test_signatures_are_recorded_once_and_only_on_a_version_that_waits(visit, cast):
    plan = ready(cast)
    visit.sign_in(cast.ana).post(f"/plans/{plan.id}/signatures/", signed())
    visit.post(f"/plans/{plan.id}/signatures/", signed(), status=409)
    visit.get(f"/plans/{plan.id}/signatures/new", status=409)
    second = plan.revise(by=cast.ana)
    db.session.commit()
    visit.post(f"/plans/{second.id}/signatures/", signed(), status=409)
    assert db.session.scalar(sa.select(sa.func.count(Signature.id))) == 2


def test_progress_is_marked_in_place_and_on_a_page(visit, cast):
    plan = in_force(cast)
    goal = plan.goals[0]
    step = goal.steps[0]
    visit.sign_in(cast.ana)
    sent = visit.post(f"/steps/{step.id}/mark", {"status": "done"}, htmx=True, follow=False)
    part = visit.get(sent.location, htmx=True)
    assert part.response.headers["HX-Retarget"] == f"#goal-{goal.id}" and "1 of 2 steps" in part.text(".goal-no")
    assert [e.get("id") for e in part.all("[data-focus]")] == [f"step-{step.id}-mark-open"]
    form = visit.get(f"/steps/{step.id}/mark?status=blocked", htmx=True)
    assert form.all(f"li#step-{step.id} input[value=blocked][checked]")
    refused = visit.post(f"/steps/{step.id}/mark", {"status": "blocked"}, status=422, htmx=True, follow=False)
    assert "stands in the way" in refused.text(".errors")
    tab = visit.post(f"/steps/{step.id}/mark", {"status": "blocked", "barrier": "Office closed"})
    assert "In the way: Office closed" in tab.text(f"#step-{step.id}")
    visit.post(f"/steps/{step.id}/mark", {"status": "nonsense"}, status=422)
    visit.post(f"/steps/{step.id}/mark", {"status": "done", "done_on": TOMORROW}, status=422)
    refused = visit.post(f"/goals/{goal.id}/mark", {"status": "deferred"}, status=422)
    assert "Write why the goal is deferred." in refused.text(".errors")
    tab = visit.post(f"/goals/{goal.id}/mark", {"status": "deferred", "reason": "Her sister is ill"})
    assert "Deferred Her sister is ill" in tab.text(f"#goal-{goal.id}-mark")
    db.session.expire_all()
    assert goal.status is GoalStatus.DEFERRED and plan.intact and Plan.latest(cast.case) is plan


def test_progress_cannot_be_marked_on_a_version_that_does_not_hold(visit, cast):
    plan = in_force(cast)
    second = plan.revise(by=cast.ana)
    db.session.commit()
    visit.sign_in(cast.ana)
    step = second.goals[0].steps[0]
    visit.get(f"/steps/{step.id}/mark", status=409)
    visit.post(f"/steps/{step.id}/mark", {"status": "done"}, status=409)
    visit.post(f"/goals/{second.goals[0].id}/mark", {"status": "met"}, status=409)
    assert not visit.get(f"/plans/{second.id}/").all(".step form")


def test_a_late_review_is_said(visit, cast):
    plan = in_force(cast)
    db.session.execute(sa.update(Plan).values(review_on=clock.today() - timedelta(days=1)))
    db.session.commit()
    tab = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/plan/")
    assert "The review is overdue" in tab.text("main") and plan.holds


def test_a_closed_case_shows_its_plan_and_offers_no_change(visit, cast):
    plan = in_force(cast)
    plan.end(by=cast.ana)
    cast.case.screen_out(by=cast.ana, reason="moved")
    db.session.commit()
    visit.sign_in(cast.ana)
    for path in (f"/cases/{cast.case.id}/plan/", f"/plans/{plan.id}/"):
        page = visit.get(path)
        assert "Goal number 1" in page.text("main")
        assert not [
            form for form in page.all("main form") if "mark" in form.get("action") or "/plan/" in form.get("action")
        ]
    visit.post(f"/cases/{cast.case.id}/plan/", status=409)
    visit.post(f"/steps/{plan.goals[0].steps[0].id}/mark", {"status": "done"}, status=409)


def test_what_was_typed_about_signatures_and_not_sent_comes_back(visit, cast):
    plan = ready(cast)
    Draft.keep(cast.ana, Mark("signing", plan.id), {"client-reason": ["Wants to"], "client-outcome": ["declined"]})
    db.session.commit()
    form = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/signatures/new")
    assert form.all("[id^=draft-]") and form.all("input[name=client-reason]")[0].get("value") == "Wants to"
    assert form.all("input[name=client-outcome][value=declined][checked]")
    mark = form.all("input[name=draft]")[0].get("value")
    visit.post(f"/plans/{plan.id}/signatures/", signed(draft=mark))
    assert Draft.left_in(cast.ana, "signing", plan.id) == []


def test_a_discarded_version_can_still_be_read(visit, cast):
    plan = draft(cast)
    plan.discard(by=cast.ana)
    db.session.commit()
    page = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/")
    assert "Entered in error" in page.text("main") and "Goal number 1" in page.text("main")
    assert not page.all("main form") and "No service plan yet" in visit.get(f"/cases/{cast.case.id}/plan/").text("main")
