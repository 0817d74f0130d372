"""A language is one file away: gathered, translated in any editor, compiled, offered."""

import gettext

import pytest
from babel.messages.pofile import read_po, write_po

from turnabout.core.languages import spoken_to
from turnabout.project import catalogues


@pytest.fixture(scope="module")
def french(tmp_path_factory):
    """A catalogue that was begun, translated but for one sentence, and brought up to date again."""
    folder = tmp_path_factory.mktemp("locale")
    begun = catalogues.brought_up_to_date(folder, "fr")
    assert catalogues.offered(folder) == []
    place = folder / "fr" / catalogues.PO
    with place.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    for message in catalogue:
        if message.id and message.id != "Language and time":
            message.string = ("Un", "Plusieurs") if message.pluralizable else "Une phrase"
    catalogue["Sign in"].string = "Se connecter"
    catalogue.add("A sentence that is gone", "Une phrase disparue")
    with place.open("wb") as file:
        write_po(file, catalogue)
    return folder, begun, catalogues.brought_up_to_date(folder, "fr")


def test_every_marked_sentence_of_code_and_templates_is_gathered():
    gathered = catalogues.gathered()
    assert len(gathered) > 2_000
    for sentence in ("Sign in", "Language and time", "Saved. Mails and pages follow this from now on."):
        assert gathered.get(sentence) is not None
    plurals = [message for message in gathered if message.pluralizable]
    assert len(plurals) > 50
    assert all(len(message.id) == 2 for message in plurals)


def test_translation_stays_and_a_sentence_that_is_gone_is_kept_apart(french):
    folder, begun, now = french
    assert begun == (0, now[1])
    assert now == (begun[1] - 1, begun[1])
    text = (folder / "fr" / catalogues.PO).read_text()
    assert '#~ msgid "A sentence that is gone"' in text


def test_compiled_catalogue_speaks_and_is_offered_by_its_own_name(french):
    folder = french[0]
    with (folder / "fr" / catalogues.PO.with_suffix(".mo")).open("rb") as file:
        said = gettext.GNUTranslations(file)
    assert said.gettext("Sign in") == "Se connecter"
    assert said.gettext("Language and time") == "Language and time"
    assert catalogues.offered(folder) == [("fr", "français")]


@pytest.mark.parametrize(
    ("locale", "spoken"), [("fr", "fr"), ("fr-ca", "fr"), ("en-us", "en-gb"), ("de", "en-gb"), ("", "en-gb"), ("!", "en-gb")]
)
def test_people_are_spoken_to_in_the_nearest_language_there_is(locale, spoken, settings):
    settings.LANGUAGES = [("en-gb", "English"), ("fr", "français")]
    assert spoken_to(locale) == spoken
