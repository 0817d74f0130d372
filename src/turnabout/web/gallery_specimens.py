"""Invented people, pairs and numbers that the gallery draws components with."""

from types import SimpleNamespace as Specimen

__all__ = [
    "both", "changes", "choices", "columns", "contact", "facts", "filters", "funnel", "gives_back",
    "match_cards", "mentee", "mentee_gave", "mentor", "mentor_gave", "menu_items", "notes", "people", "qr_steps",
    "sessions", "shares", "steps", "tabs", "topics", "unmatched",
]  # fmt: skip

contact = Specimen(name="Nadia Haddad", email="nadia.haddad@example.test", phone="+971 4 555 0199")
mentor = Specimen(name="Mia Okafor", detail="Data analyst, Nordics", url="#mia")
mentee = Specimen(name="Sol Bergmann", detail="Chief financial officer, Iberia", url="#sol")

steps = [
    Specimen(label="What you can share", state="done", url="#share"),
    Specimen(label="What you would like", state="current", url=""),
    Specimen(label="When you have time", state="todo", url=""),
    Specimen(label="Read and send", state="todo", url=""),
]
tabs = [
    Specimen(label="Suggested pairs", url="#pairs", is_current=True, count=440),
    Specimen(label="No partner yet", url="#none", is_current=False, count=58),
    Specimen(label="Compare", url="#compare", is_current=False, count=None),
]
menu_items = [
    Specimen(label="Swap with another pair", url="#swap", icon="arrow-left-right", kind=""),
    Specimen(label="See the arithmetic", url="#sums", icon="scale", kind=""),
    Specimen(label="Take this pair apart", url="#apart", icon="x", kind="danger"),
]
sessions = [
    Specimen(
        title="Getting to know each other",
        when="Tuesday 3 March, 10:00",
        state="held",
        state_word="You met",
        note="",
        url="#1",
        action_label="",
    ),
    Specimen(
        title="How you find and judge information",
        when="Tuesday 31 March, 10:00",
        state="held",
        state_word="You met",
        note="Mia brought three feeds; Sol keeps one.",
        url="#2",
        action_label="",
    ),
    Specimen(
        title="AI at a leader's desk",
        when="Tuesday 28 April, 10:00",
        state="next",
        state_word="Next",
        note="",
        url="#3",
        action_label="Prepare in five minutes",
    ),
    Specimen(
        title="What customers do on their phones",
        when="Thursday 28 May, 15:00",
        state="moved",
        state_word="Moved from 26 May",
        note="",
        url="",
        action_label="",
    ),
    Specimen(
        title="Setting a goal, by Sol",
        when="23 June, held for both of you",
        state="planned",
        state_word="",
        note="",
        url="",
        action_label="",
    ),
    Specimen(
        title="What changed",
        when="21 July, held for both of you",
        state="planned",
        state_word="",
        note="",
        url="",
        action_label="",
    ),
    Specimen(
        title="An extra half hour",
        when="12 May",
        state="cancelled",
        state_word="Cancelled",
        note="",
        url="",
        action_label="",
    ),
]
choices = [
    Specimen(
        value="yes",
        label="Yes, I would like to meet Sol",
        text="We ask Sol next, and tell you as soon as there is an answer.",
        kind="primary",
    ),
    Specimen(
        value="not_this_person",
        label="Not this person",
        text="No reason needed. We look for somebody else for you.",
        kind="",
    ),
    Specimen(value="not_now", label="Not now", text="We ask you again in the next round.", kind=""),
    Specimen(
        value="stop",
        label="I would like to stop",
        text="Your place closes. You can come back whenever you like.",
        kind="",
    ),
]
shares = [
    Specimen(text="AI at work: Mia leads, Sol begins", points=30, of=30),
    Specimen(text="Customers and media habits: Mia knows it well", points=14, of=20),
]
gives_back = [
    Specimen(text="Setting a goal: Mia asked for it, Sol offers it", points=20, of=20),
    Specimen(text="How the business works: Sol offers it", points=6, of=10),
]
both = [
    Specimen(text="Five shared working hours a week", points=8, of=10),
    Specimen(text="Both speak English and Spanish", points=0, of=0),
    Specimen(text="Different business, different country, no shared reporting line", points=0, of=0),
]
mentor_gave = [
    Specimen(text="A reading list that takes ten minutes a day", when="3 March"),
    Specimen(text="Two prompts Sol now uses every week", when="31 March"),
    Specimen(text="The name of the team that built the claims app", when="31 March"),
]
mentee_gave = [
    Specimen(text="An introduction to Aiko Tanaka, strategy", when="10 March"),
    Specimen(text="The five-year plan, explained on one page", when="31 March"),
]
changes = [
    Specimen(label="Job title", before="Analyst", after="Senior analyst"),
    Specimen(label="Manager", before="Henrik Lund", after="Ingrid Dahl"),
    Specimen(label="Hours a week", before="", after="37.5"),
    Specimen(label="Second mail", before="mia@old.example.test", after=""),
]
facts = [
    Specimen(label="Time", value="Six sessions of an hour, March to August"),
    Specimen(label="Language", value="English"),
    Specimen(label="Who sets the dates", value="Ash, for Sol"),
]
funnel = [
    Specimen(label="Invited", value=498, text="498"),
    Specimen(label="Registered", value=471, text="471 of 498"),
    Specimen(label="Prepared", value=455, text="455 of 471"),
    Specimen(label="Said yes", value=438, text="438 of 455"),
    Specimen(label="Met", value=402, text="402 of 438"),
    Specimen(label="Agreed", value=377, text="377 of 402"),
]
topics = [
    Specimen(label="AI at work", mentor=88, mentor_text="88", mentee=100, mentee_text="100"),
    Specimen(label="Project tools", mentor=61, mentor_text="61", mentee=34, mentee_text="34"),
    Specimen(label="Setting a goal", mentor=72, mentor_text="72", mentee=66, mentee_text="66"),
    Specimen(label="Safety and privacy", mentor=12, mentor_text="12", mentee=41, mentee_text="41"),
]
columns = [
    Specimen(label="Pair", url="?sort=pair", sort="", is_number=False),
    Specimen(label="How they are", url="?sort=state", sort="ascending", is_number=False),
    Specimen(label="Last met", url="?sort=met", sort="", is_number=False),
    Specimen(label="Sessions", url="?sort=sessions", sort="", is_number=True),
    Specimen(label="A next step", url="", sort="", is_number=False),
]
people = [
    Specimen(
        name="Mia and Sol",
        word="On course",
        tone="good",
        met="31 March",
        sessions="2 of 6",
        step="Nothing needed",
    ),
    Specimen(
        name="Omar and Béatrice",
        word="Worth a word",
        tone="watch",
        met="3 February",
        sessions="1 of 6",
        step="Béatrice moved twice: offer to book for her",
    ),
    Specimen(
        name="Yuki and Henrik",
        word="Stopped",
        tone="bad",
        met="not known yet",
        sessions="0 of 6",
        step="Find Yuki a new partner",
    ),
    Specimen(
        name="ليلى وجون",
        word="Resting",
        tone="quiet",
        met="12 March",
        sessions="2 of 6",
        step="Back on 4 May",
    ),
]
filters = [Specimen(label="Nordics", url="?"), Specimen(label="Needs a look", url="?")]
notes = ["We cannot check the reporting line of Sol: the people file names no manager. Both are asked to declare it."]
qr_steps = ["Point a phone camera at the square.", "Type your code.", "Choose a PIN that only you know."]
match_cards = [
    Specimen(id="pair-1", mentor=mentor, mentee=mentee, score="78", shares="AI at work: leads, begins", gives_back="Setting a goal: asked for, offered", state_word="", state_tone="", is_locked=True, notes=[]),
    Specimen(id="pair-2", mentor=Specimen(name="Omar Benali", detail="Service designer, Maghreb", url="#omar"), mentee=Specimen(name="Béatrice de La Rochefoucauld", detail="Director of claims, France", url="#bea"), score="71", shares="Customers and media habits", gives_back="Introductions across the group", state_word="Needs a look", state_tone="watch", is_locked=False, notes=notes),
    Specimen(id="pair-3", mentor=Specimen(name="Yuki Arai", detail="Developer, Japan", url="#yuki"), mentee=Specimen(name="Henrik Lund", detail="Head of region, Nordics", url="#henrik"), score="64", shares="Project and communication tools", gives_back="How the business works", state_word="", state_tone="", is_locked=False, notes=[]),
    Specimen(id="pair-4", mentor=Specimen(name="ليلى حداد", detail="Underwriter, Gulf", url="#layla"), mentee=Specimen(name="John Mbeki", detail="Country manager, South Africa", url="#john"), score="59", shares="Working across cultures", gives_back="A business plan, page by page", state_word="Paired by you", state_tone="quiet", is_locked=True, notes=[]),
]  # fmt: skip
unmatched = [
    Specimen(name="Ana Sousa", detail="Clerk, Portugal", side="mentor", side_word="Mentor", reason="All 12 mentees who share a language with Ana already have a partner.", remedy="One more mentee place in Portugal would do it."),
    Specimen(name="Per Ek", detail="Head of Sweden", side="mentee", side_word="Mentee", reason="Everybody within reach works in Per's own reporting line.", remedy="The programme can allow a distance of three levels."),
]  # fmt: skip

# Looks like a code without being one: a specimen must not lead anywhere.
CODE_DRAWING = (
    '<svg viewBox="0 0 21 21" shape-rendering="crispEdges" role="img" aria-label="A specimen of a code">'
    '<path fill="currentColor" d="M0 0h7v7H0zm1 1v5h5V1zm1 1h3v3H2zM14 0h7v7h-7zm1 1v5h5V1zm1 1h3v3h-3zM0 14h7v7H0zm1 1v5h5v-5zm1 1h3v3H2z'
    "M9 0h1v2H9zm2 1h2v1h-2zM9 4h2v1H9zm3 0h1v3h-1zM8 8h1v1H8zm2 0h3v1h-3zm4 0h1v2h-1zm3 0h3v1h-3zM0 9h2v1H0zm4 0h3v1H4zm5 1h2v2H9zm4 1h3v1h-3z"
    'm5 0h2v2h-2zM1 12h3v1H1zm10 1h1v2h-1zm3 0h2v1h-2zm-5 2h1v3H9zm3 1h2v1h-2zm3-1h1v3h-1zm3 0h1v1h-1zm2 1h1v2h-1zm-9 2h2v1h-2zm4 1h3v1h-3zm-6 1h1v1H9zm3 0h1v1h-1zm7 0h2v1h-2z"/></svg>'
)
