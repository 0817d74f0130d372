"""Somebody at a browser without scripts, over HTTP: cookies, forms, and patience when the server is away."""

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar

BOUNDARY = "----of-the-tests"
PATIENCE = 90.0
LOOK_AGAIN = 0.2


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    text: str
    location: str


class _StaysWhereItIs(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *details: object) -> None:
        """A redirect is the acknowledgement of a form; it is not followed."""
        return


@dataclass(kw_only=True)
class Visitor:
    home: str
    cookies: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self._address(path)))

    def post(self, path: str, *, file: tuple[str, str, bytes] | None = None, **fields: str) -> Answer:
        """Send a form with fields and perhaps one file: (field, file name, content)."""
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "") or ""
        headers = {"X-CSRFToken": token}
        if file is None:
            body = urllib.parse.urlencode(fields).encode()
        else:
            headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
            body = _multipart(file)
        return self._ask(urllib.request.Request(self._address(path), data=body, headers=headers))

    def look_and_press(self, path: str, **fields: str) -> Answer:
        """Open a page and press its button, as from a mail."""
        page = self.get(path)
        return page if page.status >= 400 else self.post(path, **fields)

    def _address(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.home}{path}"

    def _ask(self, request: urllib.request.Request) -> Answer:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _StaysWhereItIs)
        try:
            with opener.open(request, timeout=15) as answer:
                return Answer(status=answer.status, text=answer.read().decode(), location="")
        except urllib.error.HTTPError as error:
            with error:
                return Answer(status=error.code, text=error.read().decode(), location=error.headers.get("Location", ""))


def patiently(ask: Callable[[], Answer], *, happened: Callable[[], bool]) -> bool:
    """Ask until it is done, and say whether it was acknowledged.

    Without an answer, or while the database is away, a person looks whether it happened and asks again if not.
    Any other refusal is an error, unless what was asked happened in the attempt before.
    """
    until = time.monotonic() + PATIENCE
    was_cut_off = False
    while time.monotonic() < until:
        try:
            answer = ask()
        except (OSError, HTTPException):
            answer = None
        if answer is not None and answer.status < 400:
            return True
        is_done = happened()
        assert answer is None or answer.status == 503 or (was_cut_off and is_done), f"{answer.status}: {answer.text[:2000]}"
        if is_done:
            return False
        was_cut_off = True
        time.sleep(LOOK_AGAIN)
    raise TimeoutError(f"no answer in {PATIENCE:.0f} s")


def _multipart(file: tuple[str, str, bytes]) -> bytes:
    name, file_name, content = file
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: text/csv\r\n\r\n'
    )
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
