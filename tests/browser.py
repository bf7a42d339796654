"""A visitor without a browser: opens pages, fills in forms, and minds that every page is decent."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from app.extensions import db
from app.models.agency.sign_in import SignIn, hashed
from app.models.agency.user import User

MOST_QUERIES = 12
QUIET = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "SELECT PG_CATALOG", "SHOW")
TYPED = {"text", "search", "email", "tel", "date", "time", "number", "hidden", "password", "url"}


class Visit:
    """One person at one machine."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.client = app.test_client()
        self.queries: list[str] = []

    def sign_in(self, user: User) -> Visit:
        """Be this person from here on."""
        token = secrets.token_urlsafe(32)
        db.session.add(SignIn(user_id=user.id, token_hash=hashed(token)))
        db.session.commit()
        self.client.set_cookie("handrail", token)
        return self

    def sign_out(self) -> Visit:
        """Be nobody."""
        self.client.delete_cookie("handrail")
        return self

    def get(self, path: str, *, status: int = 200, htmx: bool = False, follow: bool = False, **args: Any) -> Answer:
        """Open a page; it must answer with this status, decently and in few queries."""
        headers = {"HX-Request": "true"} if htmx else {}
        return self._ask("GET", path, status=status, headers=headers, query_string=args or None, follow=follow)

    def post(
        self,
        path: str,
        data: Any = None,
        *,
        status: int = 303,
        htmx: bool = False,
        follow: bool = True,
        came_from: str = "",
        **more: Any,
    ) -> Answer:
        """Send a form; follow where a good one leads."""
        headers = {"Sec-Fetch-Site": "same-origin"} | ({"HX-Request": "true"} if htmx else {})
        if came_from:
            headers["Referer"] = urljoin("http://localhost/", came_from)
        return self._ask("POST", path, status=status, headers=headers, data=data, follow=follow, **more)

    def _ask(self, method: str, path: str, *, status: int, follow: bool, **more: Any) -> Answer:
        db.session.expire_all()
        db.session.rollback()
        self.queries = []
        engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", self._count)
        try:
            with self.app.app_context():  # a request finds the test's own context otherwise, and shares its g
                response = self.client.open(path, method=method, **more)
        finally:
            sa.event.remove(engine, "before_cursor_execute", self._count)
        answer = Answer(self, path, response)
        assert response.status_code == status, f"{method} {path}: {response.status_code}\n{answer.said()}"
        if method == "GET" and status == 200:
            assert len(self.queries) <= MOST_QUERIES, f"{path}: {len(self.queries)} queries\n" + "\n".join(self.queries)
        if response.mimetype == "text/html" and response.data:
            check_decent(answer, self.app)
        if follow and status in (302, 303):
            return self.get(response.location)
        return answer

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(QUIET):
            self.queries.append(statement)


class Answer:
    """What came back."""

    def __init__(self, visit: Visit, path: str, response: Any) -> None:
        self.visit, self.path, self.response = visit, path, response
        self.status = response.status_code
        self.location = response.location
        self.bytes = response.data
        is_html = response.mimetype == "text/html" and response.data
        self.tree = lxml.html.document_fromstring(response.data.decode()) if is_html else None

    def all(self, css: str) -> list[Any]:
        """The elements that a selector finds."""
        return self.tree.cssselect(css) if self.tree is not None else []

    def texts(self, css: str) -> list[str]:
        """Their texts, white space folded."""
        return [" ".join(element.text_content().split()) for element in self.all(css)]

    def text(self, css: str = "body") -> str:
        """The text of the first, or of the whole page."""
        found = self.texts(css)
        assert found, f"{css} is not on {self.path}"
        return found[0]

    def said(self) -> str:
        """What a person reads on it, for messages."""
        return self.text("body")[:3000] if self.tree is not None else self.response.get_data(as_text=True)[:1000]

    def click(self, words: str, *, status: int = 200) -> Answer:
        """Follow the first link whose text contains these words."""
        links = [a for a in self.all("a[href]") if words in " ".join(a.text_content().split())]
        assert links, f"no link “{words}” on {self.path}: {self.texts('a')}"
        return self.visit.get(_joined(self.path, links[0].get("href")), status=status)

    def submit(self, words: str, *, status: int = 303, **values: Any) -> Answer:
        """Fill in the form that holds the button with these words, and press it."""
        form, button = self._form_with(words)
        data = MultiDict()
        for control in form.xpath(".//input|.//select|.//textarea") + self._controls_elsewhere(form):
            for value in _values(control):
                data.add(control.get("name"), value)
        if button.get("name"):
            data.add(button.get("name"), button.get("value", ""))
        names = {c.get("name") for c in form.xpath(".//input|.//select|.//textarea") + self._controls_elsewhere(form)}
        for name, value in values.items():
            assert name in names, f"no field {name} in the form with “{words}”: {sorted(n for n in names if n)}"
            data.setlist(name, value if isinstance(value, list) else [value])
        target = _joined(self.path, button.get("formaction") or form.get("action") or self.path)
        if (form.get("method") or "get").lower() == "get":
            return self.visit.get(target.split("?")[0], **data.to_dict(flat=False))
        multipart = form.get("enctype") == "multipart/form-data"
        more = {"content_type": "multipart/form-data"} if multipart else {}
        return self.visit.post(target, data, status=status, came_from=self.path, **more)

    def _controls_elsewhere(self, form: Any) -> list[Any]:
        id = form.get("id")
        return self.tree.xpath(f"//*[@form='{id}'][self::input or self::select or self::textarea]") if id else []

    def _form_with(self, words: str) -> tuple[Any, Any]:
        for button in self.all("button, input[type=submit]"):
            if words in " ".join((button.text_content() or button.get("value", "")).split()):
                owner = button.get("form")
                form = self.all(f"form#{owner}")[0] if owner else next(iter(button.iterancestors("form")), None)
                if form is not None:
                    return form, button
        raise AssertionError(f"no button “{words}” on {self.path}: {self.texts('button')}")


def _joined(path: str, href: str) -> str:
    if href.startswith("?"):
        return urlsplit(path).path + href
    return href or path


def _values(control: Any) -> list[str]:
    """What a browser would send for a control as it stands."""
    name, kind = control.get("name"), control.get("type", "text")
    if not name or control.get("disabled") is not None:
        return []
    if control.tag == "textarea":
        return [control.text_content().lstrip("\n")]
    if control.tag == "select":
        options = control.xpath(".//option")
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return [o.get("value", o.text_content()) for o in chosen]
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")] if kind in TYPED else []  # a file is sent only when one is given


def check_decent(answer: Answer, app: Any) -> None:
    """One h1, a title, a label for every control, ids that are there once, forms and links that lead somewhere, no inline code."""
    tree, where = answer.tree, answer.path
    whole = answer.bytes.lstrip().lower().startswith(b"<!doctype")
    if whole:
        assert len(tree.cssselect("h1")) == 1, f"{where}: {len(tree.cssselect('h1'))} h1"
        assert tree.cssselect("title")[0].text_content().strip(" |"), f"{where}: no title"
        assert tree.get("lang"), f"{where}: no language"
    ids = [element.get("id") for element in tree.cssselect("[id]")]
    assert len(ids) == len(set(ids)), f"{where}: ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    for control in tree.xpath("//input|//select|//textarea"):
        if control.get("type") not in ("hidden", "submit"):
            assert _labelled(control, tree), f"{where}: no label for {control.get('name')}"
    for described in tree.cssselect("[aria-describedby], [aria-labelledby]:not(dialog)"):
        for name in (described.get("aria-describedby") or described.get("aria-labelledby")).split():
            assert name in ids or not whole, f"{where}: {name} describes and is not there"
    for element in tree.iter():
        if isinstance(element.tag, str):
            bad = [a for a in element.attrib if a == "style" or a.startswith("on") or a.startswith("hx-on")]
            assert not bad, f"{where}: {bad} on {element.tag}"
    assert not [s for s in tree.cssselect("script") if not s.get("src")], f"{where}: inline script"
    for element in tree.cssselect("form, a[href], [hx-get], [hx-post], [formaction]"):
        for name, method in (
            ("action", None),
            ("href", "GET"),
            ("hx-get", "GET"),
            ("hx-post", "POST"),
            ("formaction", "POST"),
        ):
            if element.get(name) is not None:
                _leads_somewhere(element.get(name), method or (element.get("method") or "get").upper(), app, where)


def _labelled(control: Any, tree: Any) -> bool:
    if control.get("aria-label") or control.get("aria-labelledby"):
        return True
    if any(ancestor.tag == "label" for ancestor in control.iterancestors()):
        return True
    return bool(control.get("id")) and bool(tree.xpath(f"//label[@for='{control.get('id')}']"))


def _leads_somewhere(target: str, method: str, app: Any, where: str) -> None:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path or not parts.path.startswith("/"):
        return
    try:
        app.url_map.bind("localhost").match(parts.path, method=method)
    except RequestRedirect:
        return
    except (NotFound, MethodNotAllowed, HTTPException) as error:
        raise AssertionError(f"{where}: {method} {target} leads nowhere") from error
