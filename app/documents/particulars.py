"""What each paper needs to know: plain values, frozen when the paper is issued.

*Particulars* are a dict that survives JSON unchanged: texts, whole numbers, yes or no, lists and dicts of these.
Nothing in it is a record, a date object or markup. `SHAPES` says, for each template and version, which keys there are
and what each means; it is the only definition, `check` holds particulars against it, and `blank` gives the empty ones
to fill.

    text      "" when nothing is recorded; line breaks are kept, a blank line begins a new paragraph
    label     the English label of a picklist value; it is printed in the paper's language when it is a known one
    day       "2026-11-20", or ""
    moment    "2026-11-20T14:10:00-05:00", or "": its offset is that of the agency's clocks, it is printed as it stands
    number    a whole number
    yes       True or False
    lines     a list of texts
    rows      a list of dicts, all of the shape given
    part      a dict of the shape given
    one of    one of the texts given

Every key must be there and no other. A template never changes once a paper was issued with it: a change is a new
version, with a template of its own (`templates/paper/<template>/v<version>.html`) and a shape of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Shape = dict[str, "Value"]


class Unfit(ValueError):
    """These particulars do not have the shape of their template; the text names each place, and no content."""


@dataclass(frozen=True)
class Value:
    """One named value of some particulars: what kind it is, what it means, and what it holds if it holds others."""

    kind: str
    meaning: str
    of: Shape = field(default_factory=dict)
    among: tuple[str, ...] = ()


def text(meaning: str) -> Value:
    """Words, in the language they were written in."""
    return Value("text", meaning)


def label(meaning: str) -> Value:
    """The English label of a picklist value."""
    return Value("label", meaning)


def day(meaning: str) -> Value:
    """An ISO date, or nothing."""
    return Value("day", meaning)


def moment(meaning: str) -> Value:
    """An ISO instant with its offset, or nothing."""
    return Value("moment", meaning)


def number(meaning: str) -> Value:
    """A whole number."""
    return Value("number", meaning)


def yes(meaning: str) -> Value:
    """True or False."""
    return Value("yes", meaning)


def lines(meaning: str) -> Value:
    """A list of texts."""
    return Value("lines", meaning)


def rows(meaning: str, **of: Value) -> Value:
    """A list of dicts, all of this shape."""
    return Value("rows", meaning, of)


def part(meaning: str, **of: Value) -> Value:
    """A dict of this shape."""
    return Value("part", meaning, of)


def one_of(meaning: str, *among: str) -> Value:
    """One of these texts; the first is the usual one."""
    return Value("one of", meaning, among=among)


EVERY_PAPER: Shape = {
    "template": text("the template's name, a key of LATEST"),
    "template_version": number("the template's version"),
    "language": text('the paper\'s language as a code, "en" or "es"; in any other the paper is English and says so'),
    "size": one_of("the client's print format: 12.5, 18 or 24 point", "standard", "large", "xl"),
    "issued_at": moment("when these particulars were frozen; printed on every page as the time the paper was made"),
    "code": text(
        'the short code of this exact version, "SP-2031-3-K7QD", the only content of the QR code; "" on a draft'
    ),
    "draft": yes('prints "Unsigned draft" across every page; such a paper is never recorded as signed'),
    "agency": part(
        "the letterhead",
        name=text("the agency's name"),
        address=text("its address; line breaks are kept"),
        phone=text("its telephone number"),
    ),
    "client": part(
        "whose paper it is",
        name=text("the whole name the client goes by"),
        legal_name=text('the legal name, where it differs; else ""'),
        number=text('the client number, never a social security number; "" where identity is not shared'),
    ),
}

STEPS = rows(
    "what someone does, in order",
    action=text("what will happen"),
    responsible=label('who: a name ("Rosa"), or a label ("Case manager")'),
    due=day("by when"),
    due_note=text('by when in words, printed instead of the day ("every Friday")'),
)

SERVICE_PLAN: Shape = {
    "program": text('the program\'s name; "" for restricted records and victim services'),
    "plan_number": text('the plan\'s number without its version, "SP-2031"'),
    "version": number("the plan's version"),
    "replaces_version": number("the version this one takes the place of, 0 when it is the first"),
    "replaces_signed_on": day("when that version was signed"),
    "made_on": day("when client and worker made this version"),
    "starts_on": day("from"),
    "ends_on": day("to"),
    "review_on": day("next review"),
    "born_on": day('date of birth; "" (the default) leaves the line out'),
    "worker": part(
        "the case manager",
        name=text("name"),
        title=text("title and credentials"),
        phone=text("telephone number"),
    ),
    "client_language": label('the language the client speaks, by its English name ("Spanish")'),
    "client_format": label('the client\'s print format ("Standard (12 pt)", "Large (18)", "XL (24)")'),
    "vision": text("what the client wants, in the client's words"),
    "strengths": text("the client's strengths"),
    "supports": text("the people and places that support the client"),
    "barriers": text("what makes it hard"),
    "goals": rows(
        "goals in force, in order",
        statement=text("the goal in the client's words"),
        why=text("why it matters"),
        baseline=text("how things are now (baseline measure)"),
        target=text("how we will know (target measure)"),
        target_on=day("by when"),
        objectives=rows(
            "the optional layer between goal and steps",
            statement=text("what will be so"),
            measure=text("how we will know"),
            by_when=day("by when"),
            steps=STEPS,
        ),
        steps=STEPS,
    ),
    "services": rows(
        "services and referrals of this plan",
        service=text("what"),
        provider=text("who gives it"),
        where=text("where"),
        phone=text("telephone number"),
        frequency=text('how often ("once a week")'),
        starts_on=day("from when"),
    ),
    "crisis": part(
        "if things get hard",
        warning_signs=text("signs to watch for"),
        what_helps=text("what helps"),
        people=rows("people to call", name=text("who"), phone=text("telephone number")),
        hotlines=rows("local hotline, abuse-report line", name=text("what it is"), phone=text("telephone number")),
    ),
    "needs_not_now": rows(
        "needs talked about but not worked on now, or declined",
        need=label("the need's domain or name"),
        standing=label('where it stands: "Client declines", "Deferred", "Being met elsewhere"'),
        reason=text("why"),
    ),
    "exit_criteria": text("when we will be finished"),
    "contingency": text("what to do if the plan stops working"),
    "grievance_contact": text('who takes a complaint, with telephone number ("Marcus Oyelaran, supervisor, 555-0104")'),
    "representatives": rows(
        "parent, guardian or legal representative who signs too; one with empty values prints empty lines",
        name=text("name"),
        authority=text("by what authority"),
    ),
    "interpreter": part("the interpreter, if known already", name=text("name or ID"), language=label("language")),
    "supervisor": part('the supervisor, if one must sign; both "" if none', name=text("name"), title=text("title")),
    "approval": part(
        "the supervisor's approval of the draft, where the program asks for one",
        by=text("name and title"),
        on=day("when"),
    ),
}

FOLLOW_UPS = ("", "agreed", "declined", "not_asked")

CLOSURE_SUMMARY: Shape = {
    "program": text("the program's name"),
    "funders": text('who pays for it ("CSBG, United Way")'),
    "opened_on": day("when the case was opened"),
    "last_contact_on": day("the last contact"),
    "closed_on": day("when the case was closed"),
    "days_open": number("days from opening to closing"),
    "workers": rows("who worked on the case", name=text("name"), title=text("title and credentials")),
    "reason": label("why it closed, from the list of reasons"),
    "rationale": text("why it closed, in words"),
    "planned": label('"Planned" or "Unplanned"'),
    "completion": label('"Completed", "Left early" or "Involuntary"'),
    "decided_by": text("who decided"),
    "attempts": rows(
        "attempts to reach the client",
        on=day("when"),
        method=label("how"),
        result=text("what came of it"),
    ),
    "notice_on": day("date of the notice letter"),
    "presenting_concern": text("what brought the client here, in the client's words"),
    "situation_now": text("how things are now"),
    "goals": rows(
        "every goal of the plan",
        statement=text("the goal in the client's words"),
        status=label('"Met", "Partially met", "Not met", "Discontinued" or "Deferred"'),
        result=text("what happened"),
        evidence=text("how we know"),
    ),
    "entry_on": day("date of the entry measures"),
    "exit_on": day("date of the exit measures"),
    "measures": rows(
        "entry and exit: matrix domains, screens, income, housing, benefits, insurance",
        area=label("what was measured"),
        entry=text("at entry"),
        exit=text("at exit"),
    ),
    "services": rows(
        "services delivered",
        service=text("type of service"),
        count=number("how many times; 0 prints nothing"),
        units=text('how much ("6.5 hours")'),
        amount=text('aid in dollars ("$310.00"), or ""'),
    ),
    "referrals": rows(
        "referrals and links",
        service=text("to whom"),
        need=label("the need"),
        sent_on=day("when"),
        outcome=label("what came of it, or the status if nothing yet"),
        note=text("in words"),
    ),
    "gains": text("strengths and gains, in the client's words"),
    "remaining_needs": text("needs not met"),
    "risks": text("risks at closing"),
    "missing_documents": text("documents missing from the file, and why"),
    "recommendations": text("recommendations"),
    "aftercare": rows(
        "who will help from here on",
        who=text("who"),
        where=text("where"),
        phone=text("telephone number"),
        hours=text("hours and days"),
    ),
    "medications": text("how medication goes on, if it matters"),
    "way_back": text("how to come back"),
    "appeal": text('the right to appeal and how, when the closing is involuntary; else ""'),
    "client_comments": text("the client's comments and satisfaction"),
    "follow_up_consent": yes("the client agreed to be contacted after closing"),
    "follow_ups": rows("planned contacts", due=day("when"), how=text("how, and who")),
    "worker": part("who wrote it", name=text("name"), title=text("title and credentials")),
    "supervisor": part("who approved it", name=text("name"), title=text("title")),
    "approved_on": day("when the supervisor approved it"),
}

CLOSING_LETTER: Shape = {
    "opened_on": day("when we began"),
    "closed_on": day("when we finished"),
    "why": text("why we are closing, in plain words to the client"),
    "goals": rows(
        "every goal of the plan",
        statement=text("the goal in the client's words"),
        status=label('"Met", "Partially met", "Not met", "Discontinued" or "Deferred"; printed in plain words'),
        met_on=day('when it was met, or ""'),
        result=text("what happened, in plain words to the client"),
    ),
    "services": rows("services the client used", service=text("which"), result=text("what came of it")),
    "supports": lines("whom to turn to first, one sentence each"),
    "hotlines": rows("local hotlines", name=text("what it is"), phone=text("telephone number")),
    "way_back": text("how to come back, in plain words to the client"),
    "follow_up": text(
        'when and how we will ask how things are ("Dana will text you around January 4"); "" without consent'
    ),
    "appeal": text('the right to appeal and how, when the closing is involuntary; else ""'),
    "file_kept_years": number("how many years the file is kept, 0 if no rule is set"),
    "permissions_end_on": day("when permissions to share end"),
    "grievance_contact": text("who takes a complaint, with telephone number"),
    "worker": part("who writes", name=text("name"), title=text("title"), phone=text("telephone number")),
    "supervisor": part("who approved", name=text("name"), title=text("title")),
    "approved_on": day("when the supervisor approved the closing"),
}

REFERRAL_SLIP: Shape = {
    "copies": lines('which copies, in order: "client", "provider", "file"; the last two are always English'),
    "with_identity": yes(
        "an active permission covers this client, recipient and information; else nothing names the client"
    ),
    "known_as": text('the client as the permission allows ("Rosa", or the whole name); "" without identity'),
    "safe_contact": text('how to reach the client safely; "" without identity'),
    "client_language": label('the client\'s language, by its English name; "" if it is not shared'),
    "to": part(
        "where to",
        organization=text("organization"),
        service=text("service"),
        person=text("person to ask for"),
        phone=text("telephone numbers, one to a line"),
        address=text("address; line breaks are kept"),
        hours=lines('hours and days, one line each ("Monday to Friday, 9 am to 4 pm")'),
        bus=text("how to get there by bus"),
    ),
    "need": label("the need, from the list of domains"),
    "reason": text("why we refer, in English, to the provider; the client's copy leaves it out"),
    "ask": text("what we ask of the provider, in English"),
    "bring": lines("what to bring"),
    "documents": lines("documents required"),
    "cost": text("what it costs"),
    "languages": text("languages spoken there, and interpreters"),
    "alert": text("the directory's alert for this service"),
    "appointment_at": moment("the appointment, if there is one"),
    "appointment_with": text("with whom, or which room"),
    "sent_on": day("the day of the referral"),
    "check_in_on": day("when we will check in"),
    "shared": text("what we are sharing, in English"),
    "permission_on": day("when the client gave permission"),
    "permission_ends": text('when it ends, a day or an event in words ("November 16, 2027")'),
    "notice": text('a notice that must go with the disclosure (42 CFR Part 2), word for word; else ""'),
    "worker": part(
        "who refers",
        name=text("name"),
        title=text("title"),
        phone=text("telephone number"),
        email=text("e-mail"),
        fax=text("fax"),
    ),
}

DISCLOSURE_ACCOUNT: Shape = {
    "program": text('the program\'s name; "" for restricted records and sealed programs'),
    "from_on": day("the first day of the accounting"),
    "to_on": day("its last day"),
    "disclosures": rows(
        "what was shared, the oldest first",
        on=day("when"),
        recipient=text("who got it"),
        address=text('their address, if it is known; else ""'),
        method=label("how"),
        what=text("what was shared"),
        purpose=text("what for, in the worker's words"),
        basis=label("by what right"),
        permission_on=day('when the client gave the permission it rests on; else ""'),
        by=text("who shared it"),
    ),
    "grievance_contact": text("who takes a complaint, with telephone number"),
    "worker": part("whom to ask", name=text("name"), title=text("title"), phone=text("telephone number")),
}

ECO_MAP: Shape = {
    "program": text('the program\'s name; "" for restricted records and sealed programs'),
    "household": number("how many people live with the client, the client too; 0 when it is not known"),
    "around": rows(
        "people, places and services around the client, in the order of the map",
        who=text('the name, as the client told it; "" for an unborn child'),
        role=label('who it is to the client ("Sibling"), or the need a service is for ("Food")'),
        in_words=text("the same in the client's words"),
        helps_with=text("what they help with"),
        tie=one_of("how the tie is", "ordinary", "strong", "strained", "broken", "beginning"),
        flow=one_of("which way the help goes", "both", "to_client", "from_client"),
        circle=one_of("the part of life it belongs to", "family", "friends", "formal"),
        place=yes("a place or an organization, not a person"),
    ),
    "worker": part("whom to ask", name=text("name"), title=text("title"), phone=text("telephone number")),
}

INTAKE_FORM: Shape = {
    "program": text('the program\'s name; "" for sealed programs'),
    "sections": rows(
        "what is asked, in the order of the screen's form",
        title=label("what the questions are about"),
        rows=rows(
            "questions that stand side by side",
            questions=rows(
                "one question each",
                label=label("the question"),
                kind=one_of("how much room there is to write, where nothing can be ticked", "line", "text"),
                options=rows("what can be ticked", label=label("the words beside the box")),
            ),
        ),
    ),
    "criteria": lines("the program's criteria, in the paper's language where the agency wrote them in it"),
    "papers": lines("the papers of the program's packet, likewise"),
}

CHANGED_PART = {
    "part": label('what it is in the plan ("What I want", "A step")'),
    "area": label("which need it is, from the list of domains"),
}
AS_SIGNED = {
    "was": text("how it read in the copy that was signed"),
    "was_label": label("who was to do it, or where the need stood"),
    "was_on": day("its day in the copy that was signed"),
}
AS_NOW = {
    "now": text("how it reads now"),
    "now_label": label("who does it now, or where the need stands"),
    "now_on": day("its day now"),
}

SERVICE_PLAN_2: Shape = SERVICE_PLAN | {
    "supports": rows(
        "people, groups and places that support the client",
        name=text("who"),
        relation=text("who they are to the client"),
        helps_with=text("what they help with"),
    ),
    "changes": part(
        "what is different from the copy the client signed last; it prints on a page of its own before the signatures",
        version=number("the version the client signed last, 0 when none was: then nothing is printed"),
        signed_on=day("when the client signed it"),
        added=rows("what is new", **CHANGED_PART, **AS_NOW),
        changed=rows(
            "what reads differently",
            about=text("which goal or step it belongs to, in its own words"),
            **CHANGED_PART,
            **AS_SIGNED,
            **AS_NOW,
        ),
        removed=rows("what was taken out", **CHANGED_PART, **AS_SIGNED),
    ),
}

CLOSURE_SUMMARY_2: Shape = {name: value for name, value in CLOSURE_SUMMARY.items() if name != "follow_up_consent"} | {
    "about_health": yes("the program keeps health records, so that a line about medication is expected"),
    "follow_up": one_of("whether the client agreed to be contacted; empty when nobody wrote it down", *FOLLOW_UPS),
}

REFERRAL_SLIP_2: Shape = REFERRAL_SLIP | {
    "for_whom": lines("who it is for: ages, who can use it, the area served; one line each"),
    "apply": text("how to apply"),
    "wait": text("how long people wait"),
    "access": text("how the place can be used by a person with a disability"),
}

SAID = {"text": text("in the paper's language"), "english": text("the same in English")}

RELEASE: Shape = {
    "title": part("what the paper is called", **SAID),
    "release": yes("it lets information go to somebody outside; else a permission of another kind, or a receipt"),
    "both": yes("the English stands beneath the client's language"),
    "program": text('the program\'s name; "" for restricted records and sealed programs'),
    "discloser": text("who may share"),
    "recipient": text('with whom; "" when it names a class'),
    "to_class": yes("the recipients are all who treat, pay for, or help to run the program (42 CFR 2.31(a)(4))"),
    "members": text('who stands behind an intermediary; else ""'),
    "direction": one_of("which way the information goes", "release", "obtain", "both"),
    "information": rows(
        "what may be shared, a box before each",
        kind=label("which kind"),
        special=yes("needs initials of its own"),
    ),
    "information_other": text("what else may be shared, in words"),
    "from_on": day("the first day of the records, if they are limited"),
    "to_on": day("their last day"),
    "purpose": text("what for"),
    "expiry": one_of("how it ends", "day", "event", "treatment", "none"),
    "expires_on": day("its last day"),
    "expires_when": text("what it ends with, in words"),
    "risks": text("what is good and what is risky about sharing with this recipient"),
    "alone_reason": text("by what rule a minor signs alone"),
    "statements": rows("the legal wording, statement by statement", **SAID),
    "wording": text('which wording it is and from when on ("release_hipaa, version 1, 2026-11-01")'),
    "representative": yes("leave lines for a parent, guardian or legal representative"),
    "interpreter": label("the language an interpreter is needed for, by its English name; else empty"),
    "worker": part("who explains it", name=text("name"), title=text("title"), phone=text("telephone number")),
}

REDISCLOSURE_NOTICE: Shape = {
    "title": text("what the notice is called"),
    "recipient": text("who got the information"),
    "address": text("their address, if it is known"),
    "shared_on": day("when it was shared"),
    "method": label("how"),
    "shared": text("what was shared"),
    "purpose": text("what for, by the permission"),
    "permission_on": day("when the client gave the permission"),
    "permission_covers": text("what it covers"),
    "permission_ends": text("when it ends"),
    "statements": lines("the notice, word for word, statement by statement"),
    "wording": text("which wording it is and from when on"),
    "worker": part("who shared it", name=text("name"), title=text("title"), phone=text("telephone number")),
}
FACE_SHEET: Shape = {
    "born": text("the birth date in words, or why it is not known"),
    "pronouns": text("the pronouns"),
    "speaks": text("the language the person speaks, and whether an interpreter is needed"),
    "reads": text("the language the person reads, the print format, whether they want help with reading"),
    "numbers": lines("the client numbers of records that were merged into this one"),
    "restricted": yes("only people who are named on the record may open it"),
    "safe_contact": lines("what must be seen before anybody contacts the person; alerts first, the loudest first"),
    "reach": rows(
        "telephones, addresses and e-mail, but no confidential address",
        where=text("the number or address"),
        kind=label("what kind it is"),
        safe=text("what is safe to do with it"),
    ),
    "hidden_address": yes("there is a confidential address on file, which is not printed"),
    "people": rows(
        "who to call for the person: an emergency contact, or somebody who helps",
        name=text("the name"),
        relation=text("what they are to the person"),
        phone=text("the telephone"),
    ),
    "cases": rows(
        "the cases the reader may see",
        program=text("the program"),
        status=label("where the case is in its life"),
        since=day("when it was opened or received"),
        worker=text("the caseworker and their telephone"),
    ),
    "household": rows("who lives with the person", name=text("the name"), relation=text("what they are to the person")),
    "goals": rows(
        "the current goals",
        statement=text("what the person wants"),
        status=label("how it stands"),
        by_on=day("by when"),
    ),
    "coming": rows("what comes next, the soonest first", on=day("when"), what=text("what"), who=text("who does it")),
    "last_contact_on": day("the last contact that happened"),
    "releases": rows(
        "permissions to share that are in force", recipient=text("who may be told"), until=day("until when")
    ),
    "referrals": rows(
        "referrals that are open", provider=text("to whom"), what=text("what for"), status=label("where it stands")
    ),
    "levels": rows(
        "how the areas of life stood when last assessed, the hardest first",
        area=label("the area"),
        level=label("the level"),
    ),
    "made_by": text("who printed it, with title"),
}

STATEMENTS = rows(
    "statements of the client that belong here, oldest first",
    on=day("when it was said"),
    text=text("the client's words"),
    response=text("what the agency answered"),
)

RECORD_COPY: Shape = {
    "part": number("which part of the copy this is, from 1"),
    "parts": number("how many parts there are"),
    "facts": rows("what is written about the person; in the first part alone", name=label("the field"), value=text("what it holds")),
    "case": part(
        "the case this part is about",
        program=text("the program"),
        status=label("where the case is in its life"),
        received_on=day("when it was received"),
        opened_on=day("when it was opened"),
        worker=text("the caseworker, now or last"),
        concern=text("what the person came for, in their words"),
    ),
    "has_case": yes("there is a case in this part"),
    "assessments": rows(
        "signed assessments, oldest first",
        type=label("which kind"),
        on=day("when it was signed"),
        by=text("by whom, with title"),
        summary=text("the summary"),
        needs=rows(
            "the areas", area=label("the area"), level=label("the level"), status=label("the need status"),
            situation=text("the situation"),
        ),
        statements=STATEMENTS,
    ),
    "plans": rows(
        "versions of the plan that were frozen, oldest first; the papers themselves are among the files",
        number=number("the version"),
        status=label("what became of it"),
        on=day("when it was in force, or frozen"),
        vision=text("what the client wants"),
        goals=rows(
            "the goals",
            statement=text("what the client wants"),
            status=label("how it stands"),
            by_on=day("by when"),
            steps=rows(
                "the steps", action=text("what"), who=label("who takes it, no name"), by_on=day("by when"),
                status=label("how it stands"),
            ),
        ),
        statements=STATEMENTS,
    ),
    "notes": rows(
        "the notes of this part, oldest first, but for those that are kept back",
        on=day("when it happened"),
        method=label("how contact was made"),
        by=text("who signed it, with title"),
        written_at=moment("when it was typed in"),
        text=text("the whole text"),
        in_error=text('why it is marked as entered in error; "" when it stands'),
        added=rows("what was added later", at=moment("when"), by=text("by whom"), text=text("the words")),
        statements=STATEMENTS,
    ),
    "referrals": rows(
        "referrals", on=day("when it was sent or written"), provider=text("to whom"), what=text("what for"),
        status=label("where it stands"), outcome=label("what came of it"),
    ),
    "permissions": rows(
        "permissions and refusals", type=label("which kind"), recipient=text("who may be told"), outcome=label("signed or declined"),
        signed_on=day("when"), until=day("until when"), ended_on=day("when it was withdrawn"),
    ),
    "closings": rows(
        "closings", on=day("when"), reason=label("why"), rationale=text("in words"), statements=STATEMENTS,
    ),
    "disclosures": rows(
        "what was shared", on=day("when"), recipient=text("with whom"), what=text("what"), basis=label("by what right"),
    ),
    "statements": STATEMENTS,
    "kept_back": number("how many notes of this case are kept back"),
    "files": lines("the names of the files that are in the zip beside this paper"),
    "made_by": text("who made the copy, with title"),
    "grievance_contact": text("whom to tell if one is not content"),
}  # fmt: skip

LATEST = {
    "service_plan": 2,
    "closure_summary": 2,
    "closing_letter": 1,
    "referral_slip": 2,
    "disclosure_account": 1,
    "eco_map": 1,
    "intake_form": 1,
    "release": 1,
    "redisclosure_notice": 1,
    "face_sheet": 1,
    "record_copy": 1,
}
SHAPES: dict[tuple[str, int], Shape] = {
    ("service_plan", 1): EVERY_PAPER | SERVICE_PLAN,
    ("closure_summary", 1): EVERY_PAPER | CLOSURE_SUMMARY,
    ("closing_letter", 1): EVERY_PAPER | CLOSING_LETTER,
    ("referral_slip", 1): EVERY_PAPER | REFERRAL_SLIP,
    ("disclosure_account", 1): EVERY_PAPER | DISCLOSURE_ACCOUNT,
    ("eco_map", 1): EVERY_PAPER | ECO_MAP,
    ("intake_form", 1): EVERY_PAPER | INTAKE_FORM,
    ("face_sheet", 1): EVERY_PAPER | FACE_SHEET,
    ("record_copy", 1): EVERY_PAPER | RECORD_COPY,
    ("service_plan", 2): EVERY_PAPER | SERVICE_PLAN_2,
    ("closure_summary", 2): EVERY_PAPER | CLOSURE_SUMMARY_2,
    ("referral_slip", 2): EVERY_PAPER | REFERRAL_SLIP_2,
    ("release", 1): EVERY_PAPER | RELEASE,
    ("redisclosure_notice", 1): EVERY_PAPER | REDISCLOSURE_NOTICE,
}

EMPTY: dict[str, Callable[[Value], Any]] = {
    "text": lambda value: "",
    "label": lambda value: "",
    "day": lambda value: "",
    "moment": lambda value: "",
    "number": lambda value: 0,
    "yes": lambda value: False,
    "lines": lambda value: [],
    "rows": lambda value: [],
    "part": lambda value: _empty(value.of),
    "one of": lambda value: value.among[0],
}


def blank(template: str) -> dict[str, Any]:
    """Particulars of the latest version of this template with nothing in them yet, to be filled and then frozen."""
    empty = _empty(SHAPES[template, LATEST[template]])
    return empty | {"template": template, "template_version": LATEST[template], "language": "en"}


def row(template: str, *path: str) -> dict[str, Any]:
    """An empty row of one of the template's lists: `row("service_plan", "goals", "steps")`."""
    value = Value("part", "", SHAPES[template, LATEST[template]])
    for name in path:
        value = value.of[name]
    return _empty(value.of)


def check(particulars: dict[str, Any]) -> None:
    """Raise Unfit, naming every place, when these particulars are not what their template and its version need."""
    known = (particulars.get("template"), particulars.get("template_version"))
    if known not in SHAPES:
        raise Unfit("there is no such template and version")
    faults = list(_faults(particulars, SHAPES[known], "")) or list(_contradictions(particulars))
    if faults:
        raise Unfit("; ".join(faults[:20]))


def _empty(shape: Shape) -> dict[str, Any]:
    return {name: deepcopy(EMPTY[value.kind](value)) for name, value in shape.items()}


def _faults(found: Any, shape: Shape, where: str) -> Iterator[str]:
    if not isinstance(found, dict):
        yield f"{where.rstrip('.')} is not a dict"
    else:
        yield from (f"{where}{name} is missing" for name in shape if name not in found)
        yield from (f"{where}{name} is not known" for name in found if name not in shape)
        for name, value in shape.items():
            if name in found:
                yield from _faults_of_one(found[name], value, f"{where}{name}")


def _faults_of_one(found: Any, value: Value, where: str) -> Iterator[str]:
    if value.kind == "part":
        yield from _faults(found, value.of, f"{where}.")
    elif value.kind == "rows" and isinstance(found, list):
        for index, one in enumerate(found):
            yield from _faults(one, value.of, f"{where}[{index}].")
    elif not FITS[value.kind](found, value):
        yield f"{where} is not {ARTICLES.get(value.kind, 'a')} {value.kind}"


def _contradictions(particulars: dict[str, Any]) -> Iterator[str]:
    if not particulars["issued_at"]:
        yield "issued_at is empty"
    if particulars["template"] == "referral_slip":
        yield from _slip_contradictions(particulars)


def _slip_contradictions(slip: dict[str, Any]) -> Iterator[str]:
    """A slip without identity that carries identity must not be printed: this is the last door it passes."""
    if not slip["copies"] or set(slip["copies"]) - {"client", "provider", "file"}:
        yield 'copies are not some of "client", "provider", "file"'
    if not slip["with_identity"]:
        named = {"known_as": slip["known_as"], "safe_contact": slip["safe_contact"]}
        named |= {f"client.{name}": found for name, found in slip["client"].items()}
        yield from (f"{name} is given although identity is not shared" for name, found in named.items() if found)


def _is_day(found: Any) -> bool:
    try:
        return found == "" or date.fromisoformat(found).isoformat() == found
    except (TypeError, ValueError):
        return False


def _is_moment(found: Any) -> bool:
    try:
        return found == "" or (len(found) > 10 and datetime.fromisoformat(found).utcoffset() is not None)
    except (TypeError, ValueError):
        return False


ARTICLES = {"yes": "a", "one of": "one of", "lines": "a list of", "rows": "a list of"}
FITS: dict[str, Callable[[Any, Value], bool]] = {
    "text": lambda found, value: isinstance(found, str),
    "label": lambda found, value: isinstance(found, str),
    "day": lambda found, value: _is_day(found),
    "moment": lambda found, value: _is_moment(found),
    "number": lambda found, value: isinstance(found, int) and not isinstance(found, bool),
    "yes": lambda found, value: isinstance(found, bool),
    "lines": lambda found, value: isinstance(found, list) and all(isinstance(line, str) for line in found),
    "rows": lambda found, value: False,
    "one of": lambda found, value: found in value.among,
}
