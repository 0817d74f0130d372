import os
import pytest
from playwright.sync_api import sync_playwright
from django.urls import reverse
from tests import factories
from turnabout.enrolments.models import Enrolment
from turnabout.programmes.models import Cohort

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.mark.django_db(transaction=True)
def test_shots(live_server, client_of, clock_at, settings):
    from tests.cast import Cast
    cast = Cast()
    Cohort.objects.filter(pk=cast.cohort.pk).update(is_open_link_on=True, mentor_cap=2)
    ent = [factories.entity(name=n, country=c) for n, c in (("Oslo", "NO"), ("Lyon", "FR"), ("Abuja", "NG"))]
    for i in range(14):
        p = factories.person(["Amara","Bo","Chidi","Dana","Eva","Finn","Gita","Hugo","Ines","Juno","Kai","Lea","Moe","Nia"][i], "Larsen", entity=ent[i % 3], grade=i % 8 + 1, job_title="Analyst")
        factories.enrolment(cast.cohort, p, "mentor" if i % 2 else "mentee", state=["invited", "registered", "started", "waiting"][i % 4], is_prepared=i % 3 == 0)
    for i in range(5):
        factories.person("Free", f"Person{i}", entity=ent[i % 3], grade=i)
    zed = factories.person("Zed", "Adams", entity=cast.paris, grade=2)
    mentor = factories.enrolment(cast.cohort, zed, "mentor", state="started", is_prepared=False, steps_done=["share"])
    yan = factories.person("Yan", "Adams", entity=cast.paris, grade=8)
    mentee = factories.enrolment(cast.cohort, yan, "mentee", state="invited", is_prepared=False)
    reg = factories.enrolment(cast.cohort, factories.person("Wim", "Adams", entity=cast.paris), "mentor", is_prepared=False, apprehension="speaking_up", hope="not_sure", off_limits=["pay"])
    reg.topics.create(kind="offer", topic="ai-everyday", level=3)
    draft = factories.cohort(cast.programme, state="draft", name="Autumn")
    gated = factories.programme(by=cast.olu, design="diverse-voices", name="Voices")
    factories.cohort(gated, state="draft")
    pages = [
        (cast.olu, "programmes", []), (cast.olu, "programme_designs", []), (cast.olu, "programme_design", ["global-digital"]), (cast.olu, "programme", [cast.programme.pk]),
        (cast.olu, "programme_purpose", [cast.programme.pk]), (cast.olu, "programme_people", [cast.programme.pk]), (cast.olu, "programme_readiness", [gated.pk]),
        (cast.olu, "programme_texts", [cast.programme.pk]), (cast.sana, "programme_charter", [cast.programme.pk]), (cast.olu, "cohort", [cast.cohort.pk]),
        (cast.olu, "cohort_settings", [draft.pk]), (cast.olu, "cohort_open", [draft.pk]), (cast.olu, "cohort_open_link", [cast.cohort.pk]),
        (cast.olu, "cohort_invite", [cast.cohort.pk]), (cast.olu, "cohort_invite?how=directory", [cast.cohort.pk]), (cast.olu, "places", [cast.cohort.pk]),
        (cast.olu, "place_for_organisers", [cast.cohort.pk, mentor.pk]), (cast.olu, "overview", [cast.cohort.pk]), (None, "programme_page", [cast.cohort.open_link_key]),
        (zed.account, "register_step", [mentor.pk, "share"]), (zed.account, "register_step", [mentor.pk, "learn"]), (zed.account, "register_step", [mentor.pk, "limits"]),
        (zed.account, "register_step", [mentor.pk, "practical"]), (zed.account, "register_step", [mentor.pk, "last"]), (yan.account, "register_step", [mentee.pk, "questions"]),
        (yan.account, "register_step", [mentee.pk, "confirm"]), (reg.person.account, "place", [reg.pk]), (reg.person.account, "prepare", [reg.pk]),
        (reg.person.account, "prepare_module", [reg.pk, "boundaries"]), (reg.person.account, "place_leave", [reg.pk]),
    ]
    from axe_playwright_python.sync_playwright import Axe
    axe = Axe()
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-gpu"])
        for width in (1280, 390):
            for who, name, args in pages:
                name, _, q = name.partition("?")
                ctx = b.new_context(viewport={"width": width, "height": 900})
                if who is not None:
                    c = client_of(who)
                    ctx.add_cookies([{"name": "sessionid", "value": c.cookies["sessionid"].value, "url": live_server.url}])
                pg = ctx.new_page()
                errs = []
                pg.on("console", lambda m: errs.append(m.text) if m.type == "error" else None)
                r = pg.goto(live_server.url + reverse(name, args=args) + ("?" + q if q else ""))
                over = pg.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                res = axe.run(pg)
                tag = name + (q and "_" + q.replace("=", "-")) + ("_" + str(args[-1]) if name.startswith("register") else "")
                pg.screenshot(path=f"/tmp/team/shots7/{tag}_{width}.png", full_page=True)
                prim = pg.locator('[data-kind="primary"]:visible').count()
                print(tag, width, r.status, "overflow", over, "primary", prim, "console", errs[:2], "axe", [(v["id"], v["nodes"][0]["html"][:110]) for v in res.response["violations"]])
                ctx.close()
        b.close()
