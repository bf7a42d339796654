"""A list of people out of somebody's spreadsheet: which column is what is guessed from its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from anyascii import anyascii

from app.models.base import folded
from app.models.caseload.likeness.person import Person, person_of
from app.transfer.spreadsheet import NotATable, Sheet, read_sheet
from app.transfer.written_dates import born_as_written, day_comes_first

# What a column may be called, folded and without spaces; each thing's names in English and Spanish.
SPELLINGS = {
    "given": "first firstname givenname given fname forename forenames firstnames nombre primernombre nombres legalfirstname "
    "clientfirstname namefirst participantfirstname",
    "middle": "middle middlename mi middleinitial secondname segundonombre mname namemiddle",
    "family": "last lastname surname familyname family lname apellido apellidos primerapellido secondsurname legallastname "
    "clientlastname namelast participantlastname",
    "family2": "segundoapellido apellidomaterno secondlastname",
    "full": "name fullname client clientname participant participantname nombrecompleto lastfirst lastnamefirstname legalname "
    "customer customername person personname",
    "other": "preferredname preferred goesby nickname aka alias aliases othername othernames maidenname maiden nee "
    "previousname formername knownas otrosnombres apodo",
    "born": "dob dateofbirth birthdate birthday bday born birth datebirth fechadenacimiento fechanacimiento fechanac fnac "
    "nacimiento",
    "sex": "sex gender sexo genero mf",
    "phone": "phone ph tel telephone cell mobile cellphone homephone phonenumber phoneno mobilephone workphone primaryphone "
    "phone1 phone2 telefono celular contactnumber otherphone messagephone phonecell phonehome telno",
    "email": "email emailaddress mail correo correoelectronico email1 email2",
    "number": "streetnumber housenumber houseno streetno number1 housenr",
    "street": "address addr street streetaddress address1 addressline1 addr1 homeaddress mailingaddress direccion calle "
    "residence addressline street1 streetname",
    "street2": "address2 addressline2 addr2 street2",
    "city": "city town suburb locality ciudad municipality cityname place",
    "zip": "zip zipcode postcode postalcode zippostal codigopostal cp postal zip5",
}
ROLES = {name: role for role, names in SPELLINGS.items() for name in names.split()}
SEXES = {"f": "f", "female": "f", "woman": "f", "mujer": "f", "femenino": "f", "girl": "f",
         "m": "m", "male": "m", "man": "m", "hombre": "m", "masculino": "m", "boy": "m"}  # fmt: skip


def role_of(header: str) -> str | None:
    """What a column of this name holds, or None: whatever we do not know by name, and what identifies, is not read."""
    plain = re.sub(r"[^a-z0-9]", "", folded(anyascii(re.sub(r"\(.*?\)", " ", header))))
    role = ROLES.get(plain)
    return None if role == "full" and "#" in header else role  # “Client #” is no name


@dataclass(frozen=True)
class PeopleFile:
    """The people of a file by the row they stand in, what each column was taken for, and the sheet itself."""

    people: dict[int, Person]
    roles: dict[int, str]
    sheet: Sheet

    @property
    def understood(self) -> list[str]:
        """Each column that was understood, with what it was taken for."""
        return [f"{self.sheet.columns[index]} = {role}" for index, role in self.roles.items()]

    def rows_by(self, values: set[str]) -> dict[str, int] | None:
        """The rows by the column that names most of these values, or None when no column names nearly all of them."""
        best, most = None, 0.0
        for index in range(len(self.sheet.columns)):
            named = {
                cell: number for (number, _row), cell in zip(self.sheet.rows, self.sheet.column(index), strict=True)
            }
            share = len(values & named.keys()) / max(1, len(values))
            if share > most and index not in self.roles and len(named) == len(self.sheet.rows):
                best, most = named, share
        return best if most >= 0.95 else None


def read_people(path: Path) -> PeopleFile:
    """Read a list of people. Raises NotATable when it is none: no column of it can be taken for a name."""
    sheet = read_sheet(path, known=lambda name: role_of(name) is not None)
    roles = {index: role for index, name in enumerate(sheet.columns) if (role := role_of(name)) is not None}
    if not {"given", "family", "full"} & set(roles.values()):
        seen = ", ".join(name for name in sheet.columns if name) or "nothing"
        raise NotATable(f"No column of {path} looks like a name. Its columns: {seen[:200]}.")
    births = [cell for index, role in roles.items() if role == "born" for cell in sheet.column(index)]
    day_first = day_comes_first(births)
    return PeopleFile(
        {number: _person(cells, roles, day_first=day_first) for number, cells in sheet.rows}, roles, sheet
    )


def _person(cells: list[str], roles: dict[int, str], *, day_first: bool) -> Person:
    def all_of(*wanted: str) -> list[str]:
        return [cells[index] for index, role in roles.items() if role in wanted and cells[index]]

    given, family, others = _names(all_of)
    number, street = " ".join(all_of("number")[:1]), all_of("street")
    place = f"{number} {street[0]}" if number and street else street[0] if street else ""
    city, zip = (next(iter(all_of(role)), "") for role in ("city", "zip"))
    more = [(text, None, None) for text in [*street[1:], *all_of("street2")]]
    person = person_of(
        given=given,
        family=family,
        other_names=others,
        phones=all_of("phone"),
        emails=[text for text in all_of("email") if "@" in text],
        addresses=[(place, city, zip), *more],
        sex=SEXES.get(folded(next(iter(all_of("sex")), "")), ""),
    )
    return replace(person, born=next((born_as_written(text, day_first=day_first) for text in all_of("born")), ""))


def _names(all_of) -> tuple[str, str, list[str]]:
    """Given and family name, and the others; a full name is taken apart at its comma, else before its last word."""
    given = " ".join(all_of("given", "middle")[:1])
    family = " ".join([*all_of("family")[:1], *all_of("family2")])
    others = [text for cell in all_of("other") for text in re.split(r"[;/]", cell)]
    if given or family:
        return given, family, others
    full = next(iter(all_of("full")), "")
    if "," in full:
        family, _comma, given = full.partition(",")
        return given.strip(), family.strip(), others
    words = full.split()
    return " ".join(words[:-1]) if len(words) > 1 else full, words[-1] if len(words) > 1 else "", others
