"""Coming in with a real browser: a passkey made and used, every page of it one that everybody can use, no script needed."""

import shutil
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import sync_playwright

from tests import factories
from tests.cast import NOON, Cast
from tests.web.looking import Visit
from tests.web.readers import session_of
from turnabout.accounts import links, services
from turnabout.notifications import notices
from turnabout.notifications.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, settings):
    """The product at an address with a name, as passkeys need it."""
    settings.SITE_URL = live_server.url
    return live_server.url


@contextmanager
def browser_page(width=1280, **options):
    """The browser comes after all rows are written and goes before they are cleared: it and Django share no thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
        browser.close()


def sign_in_path(account):
    token = links.mint(account, kind=links.Kind.SIGN_IN, expires_at=NOON + timedelta(minutes=15), now=NOON)
    return f"/sign-in/link/{token}/"


def test_passkey_is_made_and_used(site, clock_at):
    path = sign_in_path(Cast().mia.account)
    with browser_page() as page:
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        page.goto(f"{site}{path}")
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{site}/account/")
        page.get_by_label("What shall we call it?").fill("My phone")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_text("Your passkey is ready.").wait_for()
        page.context.clear_cookies()
        page.goto(f"{site}/sign-in/?next=/account/")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{site}/account/")
        assert page.get_by_text("My phone", exact=False).first.is_visible()


def test_sign_in_works_without_scripts(site, clock_at):
    path = sign_in_path(Cast().mia.account)
    with browser_page(width=390, java_script_enabled=False) as page:
        page.goto(f"{site}/sign-in/")
        assert page.get_by_role("button", name="Use a passkey").is_visible() is False
        page.goto(f"{site}{path}")
        page.get_by_role("button", name="Sign in").click()
        assert page.url == f"{site}/"


def stage():
    """Rows for every page, and who looks at it."""
    cast = Cast()
    clerk = factories.person("Ana", "Sousa", entity=cast.paris, has_mailbox=False)
    assert clerk.account is not None
    assert cast.mia.account is not None
    card = services.print_card(clerk.account, by=cast.cleo, now=NOON)
    parked = notices.write("card.printed", account=cast.mia.account, subject=cast.mia.account, dedupe_key="parked", now=NOON)
    Notice.objects.filter(pk=parked.pk).update(state=Notice.State.PARKED, last_error="550 5.1.1 no such mailbox")
    mia, cleo, ada, ana = (session_of(account) for account in (cast.mia.account, cast.cleo, cast.ada, clerk.account))
    pages = [
        ("sign_in", "/sign-in/", ""),
        ("sign_in_secret", "/sign-in/secret/", ""),
        ("sign_in_sent", "/sign-in/sent/", ""),
        ("sign_in_confirm", sign_in_path(cast.mia.account), ""),
        ("sign_in_over", "/sign-in/link/unknown/", ""),
        ("link_unknown", "/l/unknown/", ""),
        ("link_sent_again", "/l/sent-again/", ""),
        ("card_open", f"/card/{card.token}/", ""),
        ("card_over", "/card/unknown/", ""),
        ("card_code", "/card/", ""),
        ("account", "/account/", mia),
        ("card_ask", f"/people/{clerk.pk}/card/", cleo),
        ("sheet", "/messages/sheet/", cleo),
        ("mail_problems", "/mail/", ada),
        ("messages", "/messages/", ana),
    ]
    gone = {"sign_in_over": 410, "link_unknown": 404, "card_over": 410}
    return [
        Visit(name=name, path=path, session=session, status=gone.get(name, 200), sends_empty=True)
        for name, path, session in pages
    ]


def test_every_page_of_coming_in_is_one_that_everybody_can_use(site, clock_at, looker):
    assert looker.look(site, stage()) == {}
