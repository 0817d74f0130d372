"""Components keep their promises to people who listen to a page, press keys, or have no scripts."""

import gzip
import re
from html.parser import HTMLParser
from types import SimpleNamespace as Thing

import pytest
from django import forms
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory

from turnabout.web import assets, gallery_specimens
from turnabout.web.templatetags import ui


class Reader(HTMLParser):
    """Elements of a page in order, as (tag, attributes), and all its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.words = " ".join(f"{self.words} {data}".split())

    def first(self, tag: str) -> dict[str, str]:
        return next(attributes for name, attributes in self.elements if name == tag)

    def every(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def draw(markup: str, **context) -> Reader:
    template = engines["django"].from_string(markup)
    return Reader(template.render(context, request=RequestFactory().get("/pairs/?page=2&sort=met")))


def include(name: str, **context) -> Reader:
    return draw(f'{{% include "components/{name}.html" %}}', **context)


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As at work.")
    room = forms.ChoiceField(label="Where", help_text="Change it later.", widget=forms.RadioSelect, choices=[("c", "Call")])
    agreed = forms.BooleanField(label="I have read it")
    note = forms.CharField(label="Note", required=False)


def test_a_field_shows_label_hint_error_and_control_in_that_order():
    field = include("field", field=Form({"name": ""})["name"])
    assert [tag for tag, attributes in field.elements if tag in ("label", "p", "div", "input")] == [
        "div",
        "label",
        "p",
        "div",
        "input",
    ]


def test_a_field_with_an_error_points_to_its_hint_and_its_error():
    field = include("field", field=Form({"name": ""})["name"])
    control = field.first("input")
    ids = {attributes["id"] for _tag, attributes in field.elements if "id" in attributes}
    assert (control["aria-invalid"], control["aria-describedby"]) == (
        "true",
        "id_name_helptext id_name_error",
    )
    assert set(control["aria-describedby"].split()) <= ids


def test_a_group_of_choices_is_a_fieldset_with_a_legend_and_its_description():
    field = include("field", field=Form({})["room"])
    ids = {attributes["id"] for _tag, attributes in field.elements if "id" in attributes}
    assert len(field.every("legend")) == 1
    assert set(field.first("fieldset")["aria-describedby"].split()) <= ids


def test_a_single_tick_has_its_label_beside_it():
    field = include("field", field=Form()["agreed"])
    assert [tag for tag, _attributes in field.elements if tag in ("input", "label")] == ["input", "label"]


def test_only_what_may_be_left_out_says_so():
    assert ["(optional)" in include("field", field=Form()[name]).words for name in ("name", "note")] == [
        False,
        True,
    ]


def test_the_error_summary_leads_to_every_wrong_field_and_takes_the_focus():
    form = Form({"name": ""})
    summary = include("error_summary", form=form)
    assert [link["href"] for link in summary.every("a")] == ["#id_name", "#id_room_0", "#id_agreed"]
    assert summary.first("div")["tabindex"] == "-1"
    assert "autofocus" in summary.first("div")


def test_a_right_form_has_no_error_summary():
    assert include("error_summary", form=Form({"name": "Mia", "room": "c", "agreed": "on"})).elements == []


def test_a_button_is_a_link_exactly_when_it_leads_somewhere():
    assert [include("button", label="Go", url=url).elements[0][0] for url in ("", "/pairs/")] == [
        "button",
        "a",
    ]


def test_an_icon_is_silent():
    icon = draw('{% icon "calendar" %}').first("svg")
    assert (icon["aria-hidden"], icon["focusable"]) == ("true", "false")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mia Okafor", "MO"),
        ("Béatrice de La Rochefoucauld", "BR"),
        ("Cleo", "C"),
        ("ليلى حداد", "لح"),
        ("", ""),
    ],
)
def test_initials_come_from_the_first_and_last_word(name, letters):
    assert ui.initials(name) == letters


def test_a_badge_says_its_state_in_words():
    assert include("badge", word="Worth a word", tone="watch").words == "Worth a word"


@pytest.mark.parametrize(("tone", "role"), [("success", "status"), ("info", "status"), ("warning", "status"), ("error", "alert")])
def test_a_message_is_read_out_as_loudly_as_it_matters(tone, role):
    assert include("message", tone=tone, text="Done.").first("div")["role"] == role


def test_a_table_names_itself_and_says_how_it_is_sorted():
    table = draw(
        '{% component "table" caption="Pairs" columns=columns %}<tr><th scope="row">Mia and Sol</th></tr>{% endcomponent %}',
        columns=gallery_specimens.columns,
    )
    assert table.first("div") == {
        "class": "table-frame",
        "role": "region",
        "aria-label": "Pairs",
        "tabindex": "0",
    }
    assert [head.get("aria-sort") for head in table.every("th")] == [
        None,
        "ascending",
        None,
        None,
        None,
        None,
    ]


def test_a_component_does_not_borrow_the_titles_of_its_page():
    card = draw('{% component "card" %}Only this.{% endcomponent %}', title="The page", tone="mentor", id="page")
    assert (card.words, card.first("section")) == ("Only this.", {"class": "card"})


NEED_THE_PAGE = ("form_fields", "choice_list", "progress", "toast", "pagination")


def test_parts_of_a_page_are_given_what_they_show_and_no_more():
    """A page's own `form`, `url` or `title` must not find its way into a button."""
    leaking = []
    for path in sorted((assets.STATIC.parent / "templates").rglob("*.html")):
        if path.parent.name == "components" or path.name.startswith("base"):
            continue
        for name, given in re.findall(
            r'{% include "components/([a-z_]+)\.html" with (.*?) ?%}', path.read_text(encoding="utf-8")
        ):
            if name not in NEED_THE_PAGE and not given.endswith(" only"):
                leaking.append((path.name, name))
    assert leaking == [], "End these includes with `only`, or draw them with the component tag."


def test_a_component_escapes_what_it_is_given_and_not_its_body():
    card = draw('{% component "card" title=title %}<em>body</em>{% endcomponent %}', title="<b>Mia</b>")
    assert [tag for tag, _attributes in card.elements if tag in ("em", "b")] == ["em"]


def test_the_four_answers_are_buttons_of_one_form():
    answers = include("choice_list", action="/answer/", legend="Would you?", choices=gallery_specimens.choices)
    assert [button["value"] for button in answers.every("button")] == [
        "yes",
        "not_this_person",
        "not_now",
        "stop",
    ]
    assert [field["name"] for field in answers.every("input")] == ["csrfmiddlewaretoken"]


def test_a_match_card_is_headed_by_both_names():
    pair = gallery_specimens.match_cards[0]
    card = draw(
        '{% component "match_card" mentor=p.mentor mentee=p.mentee score="78" score_of="100" mentor_word="Mentor" mentee_word="Mentee" %}{% endcomponent %}',
        p=pair,
    )
    assert card.words.startswith("Mia Okafor and Sol Bergmann Mentor Mia Okafor")


def test_a_meter_says_its_number_with_its_denominator():
    meter = include("meter", label="Sessions held", value=31, max=44, text="31 of 44")
    assert meter.first("meter")["aria-valuetext"] == "31 of 44"
    assert meter.words == "Sessions held 31 of 44 31 of 44"


def test_bars_are_as_long_as_their_share_and_hidden_from_readers():
    chart = include(
        "chart",
        caption="Where people are",
        rows=gallery_specimens.funnel,
        max=498,
        label_heading="Step",
        value_heading="People",
    )
    assert [bar["width"] for bar in chart.every("rect")] == ["100%", "95%", "91%", "88%", "81%", "76%"]
    assert {drawing["aria-hidden"] for drawing in chart.every("svg")} == {"true"}


def test_a_stepper_marks_the_current_step():
    steps = include("stepper", label="Your place", steps=gallery_specimens.steps)
    assert [step.get("aria-current") for step in steps.every("li")] == [None, "step", None, None]


def test_a_dialog_opens_in_place_without_scripts():
    dialog = draw(
        '{% component "dialog" trigger="Close this pair" title="Close it?" %}<p>Nobody learns who asked.</p>{% endcomponent %}'
    )
    assert [tag for tag, _attributes in dialog.elements[:2]] == ["details", "summary"]
    assert dialog.words == "Close this pair Close it? Nobody learns who asked. Leave it as it is"
    assert ["hidden" in button for button in dialog.every("button")] == [True]


def test_running_work_can_be_stopped_and_finished_work_leads_on():
    running = include(
        "progress",
        id="run",
        title="Looking",
        done=3,
        total=9,
        text="3 of 9",
        state="running",
        cancel_url="/stop/",
    )
    done = include(
        "progress",
        id="run",
        title="Ready",
        done=9,
        total=9,
        text="9 of 9",
        state="done",
        next_url="/board/",
        next_label="Open",
    )
    assert (running.first("form")["action"], done.first("a")["href"], done.every("form")) == (
        "/stop/",
        "/board/",
        [],
    )


def test_pagination_keeps_the_rest_of_the_address():
    page = Thing(
        has_other_pages=True,
        has_previous=True,
        has_next=True,
        previous_page_number=1,
        next_page_number=3,
        start_index=21,
        end_index=40,
        paginator=Thing(count=60),
    )
    assert [link["href"] for link in include("pagination", page=page).every("a")] == [
        "?page=1&sort=met",
        "?page=3&sort=met",
    ]


def test_the_named_contact_is_on_the_page_with_both_ways_to_reach_her():
    block = include("contact_block", contact=gallery_specimens.contact)
    assert [way["href"] for way in block.every("a")] == [
        "mailto:nadia.haddad@example.test",
        "tel:+971 4 555 0199",
    ]


def page(**context) -> Reader:
    return draw(
        '{% extends "base.html" %}{% block title %}Home{% endblock %}{% block lead %}{% include "components/page_header.html" with title="Good morning" %}{% endblock %}',
        **context,
    )


def test_a_page_has_landmarks_a_language_a_direction_and_one_heading():
    html = page(nav=[Thing(url="/", label="Home", is_current=True)], account_name="Sol")
    assert (html.first("html")["lang"], html.first("html")["dir"]) == ("en-gb", "ltr")
    assert [len(html.every(tag)) for tag in ("header", "main", "nav", "footer", "h1")] == [2, 1, 1, 1, 1]
    assert html.every("a")[0]["href"] == f"#{html.first('main')['id']}"


def test_a_page_switches_off_what_the_content_policy_forbids():
    config = next(meta for meta in page().every("meta") if meta.get("name") == "htmx-config")
    assert config["content"] == '{"includeIndicatorStyles": false, "allowEval": false, "historyCacheSize": 0}'


def test_a_page_asks_for_one_stylesheet_and_one_script():
    html = page()
    assert len([link for link in html.every("link") if link["rel"] == "stylesheet"]) == 1
    assert len(html.every("script")) == 1


def ask(path: str, **headers: str) -> HttpResponse:
    return assets.middleware(lambda request: HttpResponse(status=418))(RequestFactory().get(path, headers=headers))


def test_the_stylesheet_is_sent_small_and_kept_for_a_year():
    bundle = assets.bundles()["css"]
    response = ask(bundle.path, accept_encoding="br, gzip")
    assert (response["Content-Encoding"], response["Cache-Control"]) == ("gzip", assets.A_YEAR)
    assert gzip.decompress(response.content) == bundle.plain


def test_an_older_name_gets_todays_file_and_is_not_kept():
    response = ask("/assets/0000000000000000.css")
    assert (response.content, response["Cache-Control"]) == (assets.bundles()["css"].plain, "no-cache")


def test_an_unknown_asset_is_not_found_and_other_addresses_go_on():
    assert [ask(path).status_code for path in ("/assets/x.woff", "/assets/css", "/pairs/")] == [404, 404, 418]


def test_the_look_and_the_scripts_stay_small():
    assert sum(len(bundle.compressed) for bundle in assets.bundles().values()) < 40_000


def test_every_class_that_a_template_names_has_a_rule_and_the_reverse():
    styles = "\n".join(path.read_text(encoding="utf-8") for path in (assets.STATIC / "css").rglob("*.css"))
    styles = re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)
    styled = set(re.findall(r"\.([a-z][a-z0-9-]+)", re.sub(r"url\([^)]*\)", "", styles)))
    sources = [
        *(assets.STATIC.parent / "templates").rglob("*.html"),
        *(assets.STATIC / "js").glob("*.js"),
        *assets.STATIC.parent.rglob("*.py"),
    ]
    texts = {path: path.read_text(encoding="utf-8") for path in sources}
    named = {
        word
        for text in texts.values()
        for value in re.findall(r'(?<!\w)class="([^"]*)"', re.sub(r"\{[%#{].*?[%#}]\}", " ", text))
        + re.findall(r'(?:className|classes) = "([^"]+)"', text)
        for word in value.split()
    } | {"icon", "icon-turns"}  # put on icons by ui.py
    assert sorted(named - styled) == [], "Give these classes a rule, or take them out of the templates."
    assert sorted(styled - named) == [], "No template uses these classes: delete their rules."
