"""The form for what came back on paper: who signed a version of a plan, how, when, and what the client says to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.forms.base import Day, Form, Line, Pick, Text, Tick
from app.models.base import RuleBroken
from app.models.planning.plan import Agreement
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole

SIGNERS = ("client", "representative", "caseworker", "supervisor", "interpreter", "witness")


class SignerForm(Form):
    """One signer's answer; the fields of a Signature."""

    printed_name = Line(_l("Printed name"), max=160)
    outcome = Pick(_l("Outcome"), choices=SignatureOutcome, radio=True)
    method = Pick(_l("How"), choices=SignatureMethod, default=SignatureMethod.INK)
    signed_on = Day(_l("Date on the paper"), past=True)
    witness = Line(_l("Witness"), max=160)
    reason = Line(_l("Why not"), max=500)

    role: SignerRole
    needed = False
    not_before: date

    @property
    def used(self) -> bool:
        """Whether anything was recorded about this signer."""
        return self.needed or any((self.outcome.data, self.signed_on.raw_data and any(self.signed_on.raw_data)))

    def row(self) -> Signature:
        """The signature as recorded; what belongs to another outcome is left out."""
        values = {name: value for name, value in self.data.items() if name not in ("role", "authority")}
        if self.outcome.data is SignatureOutcome.SIGNED:
            values["reason"] = None
        else:
            values |= {"method": None, "signed_on": None, "witness": None}
        return Signature(role=self.role, **values)

    def validate(self, extra_validators: Any = None) -> bool:
        """Hold what was typed against the rules of a signature, each message at the field it is about."""
        good = super().validate(extra_validators)
        if not self.used or not good:
            return good
        if not self.printed_name.data:
            self.printed_name.errors = [_("Write the name.")]
        if self.outcome.data is None:
            name = self.printed_name.data or _("this person")
            self.outcome.errors = [_("Say whether %(name)s signed, declined, or was unable to sign.", name=name)]
        if self.printed_name.errors or self.outcome.errors:
            return False
        return self._keeps_the_rules()

    def _keeps_the_rules(self) -> bool:
        try:
            self.row().check(not_before=self.not_before, not_after=clock.today())
        except RuleBroken as broken:
            self._at_fault().errors = [_(broken.text, **broken.values)]
            return False
        return True

    def _at_fault(self) -> wtforms.Field:
        """The field that a broken rule of this signature is about."""
        if self.outcome.data is not SignatureOutcome.SIGNED:
            return self.reason
        if self.method.data is None:
            return self.method
        if self.signed_on.data is None or not self.not_before <= self.signed_on.data <= clock.today():
            return self.signed_on
        if self.method.data is not SignatureMethod.INK and not self.witness.data:
            return self.witness
        return self.authority if "authority" in self else self.signed_on


class RepresentativeForm(SignerForm):
    """Somebody who signs for the client, by some authority."""

    role = Pick(_l("Signs as"), choices=[SignerRole.GUARDIAN, SignerRole.REPRESENTATIVE], default=SignerRole.GUARDIAN)
    authority = Line(_l("By what authority"), max=200)

    def row(self) -> Signature:
        """The signature with the authority it stands on."""
        signature = super().row()
        signature.role = self.role.data or SignerRole.GUARDIAN
        signature.authority = self.authority.data
        return signature


class SignersForm(Form):
    """Who signed a paper, and its scan: the client or somebody for them, the caseworker, and others who are there at times."""

    client = wtforms.FormField(SignerForm)
    representative = wtforms.FormField(RepresentativeForm)
    caseworker = wtforms.FormField(SignerForm)
    supervisor = wtforms.FormField(SignerForm)
    interpreter = wtforms.FormField(SignerForm)
    witness = wtforms.FormField(SignerForm)
    copy_given_on = Day(_l("Copy given to the client on"), past=True)
    scan = wtforms.FileField(_l("Scan of the signed pages"))

    caseworker_signs = False

    def __init__(self, formdata: Any = None, *, not_before: date, **given: Any) -> None:
        super().__init__(formdata, **given)
        for name in SIGNERS:
            signer = self[name].form
            signer.not_before = not_before
            if name != "representative":
                signer.role = SignerRole(name)
        self.caseworker.form.needed = self.caseworker_signs

    def validate(self, extra_validators: Any = None) -> bool:
        """The client answers, unless somebody signs for them."""
        self.client.form.needed = not self.representative.form.used
        return super().validate(extra_validators)

    def signatures(self) -> list[Signature]:
        """One row per signer about whom something was recorded."""
        return [self[name].form.row() for name in SIGNERS if self[name].form.used]


class SignaturesForm(SignersForm):
    """Everything that came back on paper about a plan; the fields of Plan.record_signatures, and the scan."""

    agreement = Pick(
        _l("What the client says to the plan"),
        choices=Agreement,
        required=True,
        radio=True,
        message=_l("Say what the client answered."),
    )
    disagreement = Text(_l("What the client does not agree with, or why there is no answer"), max=1_000)
    took_part = Tick(_l("The client took part in making this plan"))
    chose_services = Tick(_l("The client chose the services and who gives them"))

    caseworker_signs = True

    def answers(self) -> dict[str, Any]:
        """The other keyword arguments of Plan.record_signatures."""
        names = ("agreement", "disagreement", "took_part", "chose_services", "copy_given_on")
        return {name: self[name].data for name in names}
