"""A browser as it was before scripts: it reads the forms of a page, fills them in, presses a button and follows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

TYPED = {"date": "2027-05-03", "datetime-local": "2027-05-03T10:00", "email": "ines@example.test", "number": "6", "time": "10:00"}
WORDS = "A few words"
FILE = b"employee number\nN1\n"


@dataclass(kw_only=True)
class Control:
    name: str
    kind: str
    value: str = ""
    is_on: bool = False  # ticked, or chosen
    options: list[tuple[str, bool]] = field(default_factory=list)  # of a list: each value, and whether it is chosen

    def values(self) -> list[str]:
        """What it sends: what stands in it, or what somebody would put there."""
        if self.kind == "select":
            chosen = [value for value, is_chosen in self.options if is_chosen and value]
            return chosen or [value for value, _is_chosen in self.options if value][:1] or [""]
        if self.kind in {"checkbox", "radio"}:
            return [self.value or "on"] if self.is_on else []
        if self.kind == "hidden" or self.value:
            return [self.value]
        return [TYPED.get(self.kind, WORDS)]


@dataclass(kw_only=True)
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # name and value of each

    def filled(self) -> dict[str, list[object]]:
        """Every box ticked, the last of each round group unless one is chosen, words wherever words go."""
        sent: dict[str, list[object]] = {}
        groups: dict[str, list[Control]] = {}
        for control in self.controls:
            if control.kind == "radio":
                groups.setdefault(control.name, []).append(control)
                continue
            if control.kind == "file":
                sent.setdefault(control.name, []).append(SimpleUploadedFile("people.csv", FILE, "text/csv"))
                continue
            control.is_on = control.is_on or control.kind == "checkbox"
            sent.setdefault(control.name, []).extend(control.values())
        for name, ones in groups.items():
            sent[name] = [next((one for one in ones if one.is_on), ones[-1]).value]
        return sent


class Forms(HTMLParser):
    """The forms of a page as the server wrote them; what is hidden until a script shows it is not there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._text: Control | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form" and "hidden" not in given:
            self._form = Form(action=given.get("action", ""), method=given.get("method", "get"))
            self.forms.append(self._form)
        if self._form is None or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "button" and given.get("type", "submit") == "submit":
            self._form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and name:
            self._keep(Control(name=name, kind=given.get("type", "text"), value=given.get("value", ""), is_on="checked" in given))
        elif tag == "textarea" and name:
            self._text = self._keep(Control(name=name, kind="textarea"))
        elif tag == "select" and name:
            self._select = self._keep(Control(name=name, kind="select"))
        elif tag == "option" and self._select is not None:
            self._select.options.append((given.get("value", ""), "selected" in given))

    def _keep(self, control: Control) -> Control:
        assert self._form is not None
        self._form.controls.append(control)
        return control

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None


@dataclass(frozen=True, kw_only=True)
class Press:
    """One button of one form of a page."""

    form: Form
    name: str
    value: str
    action: str

    @property
    def words(self) -> str:
        return f"{self.form.method} {self.action} {self.name}={self.value}"


def presses(html: str, page: str) -> Iterator[Press]:
    for form in Forms(html).forms:
        for name, value in form.buttons:
            yield Press(form=form, name=name, value=value, action=urljoin(page, form.action))


def send(client: Client, press: Press, page: str) -> tuple[int, str]:
    """Press it: the status of the page it comes to, and its text."""
    data = press.form.filled() | ({press.name: [press.value]} if press.name else {})
    if press.form.method == "get":
        answer = client.get(press.action, data, follow=True)
    else:
        answer = client.post(press.action, data, follow=True, headers={"referer": f"http://testserver{page}"})
    return answer.status_code, answer.content.decode()
