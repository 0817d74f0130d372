"""The doctor asks the product through the proxy in front of it, and says what the proxy leaves out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from tests.project.site import free_port
from turnabout.core import self_asking
from turnabout.project import doctor
from turnabout.project.doctor import Problem

Headers = dict[str, str]
PROTO = {"X-Forwarded-Proto": "https"}
SETS_BOTH = "visitors arrive by HTTPS and with their own address"
NO_ADDRESS = (
    "The proxy does not set X-Forwarded-For: limits on guessing count everybody as one, or by an address that visitors invent."
)


@contextmanager
def a_proxy(to: str, passes: Callable[[Headers], Headers], *, answer: bytes = b"", redirects: bool = False) -> Iterator[str]:
    """In front of the product; `passes` are the headers it hands on, of those that came.

    redirects   the product behind it was told nothing of HTTPS, and sends everybody there
    """
    behind = urlsplit(to)

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, place, text = 200, "", answer
            if redirects:
                status, place = 301, f"https://{self.headers['Host']}{self.path}"
            elif not answer:
                product = HTTPConnection(behind.hostname or "", behind.port)
                product.request("GET", self.path, headers={"Host": self.headers["Host"]} | passes(dict(self.headers)))
                got = product.getresponse()
                status, place, text = got.status, got.headers.get("Location", ""), got.read()
                product.close()
            self.send_response(status)
            self.send_header("Location", place)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def behind(settings):
    settings.IS_HTTPS = settings.SECURE_SSL_REDIRECT = settings.BEHIND_PROXY = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["*"]
    return settings


def test_without_https_no_proxy_is_looked_for(settings):
    settings.IS_HTTPS = False
    assert doctor.proxy() == "none is looked for, since TURNABOUT_URL is not https"


def test_https_that_nobody_speaks_is_named_from_the_settings_alone(behind):
    behind.BEHIND_PROXY = False
    with pytest.raises(Problem, match="TURNABOUT_BEHIND_PROXY is off") as found:
        doctor.proxy()
    assert found.value.repair == (
        "Set TURNABOUT_BEHIND_PROXY=1, and in the proxy, as nginx writes it: "
        "proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $remote_addr;"
    )


def test_product_that_cannot_be_reached_is_no_problem(behind):
    behind.SITE_URL = f"http://localhost:{free_port()}"
    assert doctor.proxy().startswith(f"the settings fit; {behind.SITE_URL} cannot be asked from here: [Errno 111]")


@pytest.mark.django_db(transaction=True)
def test_each_header_that_a_proxy_leaves_out_is_named(behind, live_server):
    def said(passes: Callable[[Headers], Headers]) -> str:
        with a_proxy(live_server.url, passes) as behind.SITE_URL:
            try:
                return doctor.proxy()
            except Problem as problem:
                return problem.what

    assert said(lambda came: PROTO | {"X-Forwarded-For": "198.51.100.4"}) == SETS_BOTH
    assert said(lambda came: PROTO | {"X-Forwarded-For": f"{came['X-Forwarded-For']}, 198.51.100.4"}) == SETS_BOTH
    assert said(lambda came: PROTO | {"X-Forwarded-For": came["X-Forwarded-For"]}) == NO_ADDRESS
    assert said(lambda came: PROTO) == NO_ADDRESS


def test_endless_redirect_is_named(behind):
    with a_proxy("", dict, redirects=True) as behind.SITE_URL, pytest.raises(Problem) as found:
        doctor.proxy()
    assert found.value.what == "The proxy does not say that visitors come by HTTPS: every page redirects to itself."
    assert found.value.repair.endswith("proxy_set_header X-Forwarded-Proto $scheme;")


def test_that_redirect_is_what_the_product_answers_where_it_is_told_nothing(db, settings, behind):
    asked = f"/arrival/{self_asking.question()}/"
    assert Client().get(asked)["Location"] == f"https://testserver{asked}"
    assert Client(headers=PROTO).get(asked).status_code == 200


@pytest.mark.parametrize("answer", [b"<html>Another site</html>", b"[1]", b'{"other": 1}'])
def test_what_is_not_turnabout_is_no_problem(behind, answer):
    with a_proxy("", dict, answer=answer) as behind.SITE_URL:
        assert doctor.proxy() == f"the settings fit; {behind.SITE_URL} answered 200 and did not say how requests arrive"


def test_only_the_key_of_the_installation_asks(db, settings):
    assert Client().get(f"/arrival/{self_asking.question()}/").json() == {"address": "127.0.0.1", "is_forwarded": False}
    for other in ("never-signed", signing.dumps("how did this arrive", salt="another purpose")):
        assert Client().get(f"/arrival/{other}/").status_code == 404
    settings.SECRET_KEY, asked = "another key of another installation", self_asking.question()
    settings.SECRET_KEY = "a key of this one"
    assert Client().get(f"/arrival/{asked}/").status_code == 404
