"""Each reply of the corpus is read as what it is, and none raises."""

import pytest

from comms.inbound.addresses import ReplyTo, read_reply_address, reply_address
from comms.inbound.answers import split_answers, without_nothing
from comms.inbound.automatic import automatic
from comms.inbound.html import AMID, html_to_text
from comms.inbound.message import read_message
from comms.inbound.prompts import Prompts
from comms.inbound.words import own_words
from tests.comms.inbound.corpus import CORPUS, MACHINES, QUESTION
from tests.comms.inbound.phones import PHONES
from tests.comms.inbound.wrapped import WRAPPED

OURS = {"updates@example.org"}
PROMPTS = Prompts(
    {
        "progress": "What moved since last time?",
        "hurdle": "What is in the way?",
        "ask": "What would help?",
        "answer": QUESTION,
        "win": "Something to celebrate?",
        "confidence": "How sure are you that we get there? (1 to 5)",
    }
)


@pytest.mark.parametrize(
    "sample", (*CORPUS, *PHONES, *WRAPPED), ids=lambda sample: sample.name
)
def test_a_reply_is_read_as_what_it_is(sample):
    incoming = read_message(sample.raw)
    assert (automatic(incoming, our_addresses=OURS) or "") == sample.automatic
    if sample.automatic:
        return
    words = own_words(incoming.text, PROMPTS)
    parts = split_answers(words, PROMPTS)
    told = without_nothing(parts)
    assert (bool(parts) and not told) == sample.nothing
    if sample.says:
        assert told == sample.says


def test_what_is_no_answer_says_nothing():
    silent = {
        s.name for s in CORPUS if not s.says and not s.automatic and not s.nothing
    }
    said = {
        s.name: split_answers(own_words(read_message(s.raw).text, PROMPTS), PROMPTS)
        for s in CORPUS
        if s.name in silent
    }
    assert {name for name in said if not said[name]} >= {
        "empty",
        "only a quote",
        "no byte",
    }


def test_numbers_stand_above_a_heading():
    words = "1. They called back.\n2. They want a plan.\n\nWin: We laughed"
    assert split_answers(words, PROMPTS) == {
        "progress": "They called back.",
        "hurdle": "They want a plan.",
        "win": "We laughed",
    }


def test_a_list_above_a_heading_that_it_would_answer_stays_a_list():
    words = "1. We met\n2. We wrote\n\nWhat is in the way?\nNo room"
    assert split_answers(words, PROMPTS) == {
        "progress": "1. We met\n2. We wrote",
        "hurdle": "No room",
    }


def test_what_is_not_asked_is_no_question():
    """A round without a question of its own, a win or a level has three prompts."""
    asked = Prompts({name: name for name in ("progress", "hurdle", "ask")})
    for words in ("1. a\n2. b\n3. c\n4. d", "A\nConfidence: 4", "A\n\nB\n\nC\n\nD"):
        assert not {"answer", "win", "confidence"} & set(split_answers(words, asked))


def test_machines_are_told_by_what_they_say_of_themselves():
    """The same message without its mark is taken for a person's."""
    person = MACHINES[0].raw.replace(b"Auto-Submitted: auto-replied\r\n", b"")
    assert automatic(read_message(person), our_addresses=OURS) is None
    no = person.replace(b"To: ", b"Auto-Submitted: no\r\nTo: ", 1)
    assert automatic(read_message(no), our_addresses=OURS) is None


@pytest.mark.parametrize(
    "text",
    (
        "word " * 20_000,
        "On Mon " * 14_000,
        "On x\n" * 20_000,
        "<a@b " * 20_000,
        "El x <a@b> " * 10_000,
        "De: " * 25_000,
        "1. " * 30_000,
        "> help\nx\n" * 10_000,
        "> help\n" * 14_000 + "x",
        "> help\n>\u2063 x\n" * 8_000,
    ),
    ids=lambda text: text[:10],
)
def test_no_text_costs_more_than_its_length(text):
    """Reading takes steps by the line; this returns at all because of that."""
    assert isinstance(split_answers(own_words(text, PROMPTS), PROMPTS), dict)


@pytest.mark.parametrize(
    "unit",
    (
        *("<!--", "<![CDATA[", "</", "<a ", "<a a='", '<a x="class=\'">'),
        *("<script>", "<div>", "<a><b>", "<blockquote><b></i>", "<a class="),
        '<p class="gmail_quote"><blockquote></p>',
    ),
)
def test_no_page_costs_more_than_its_length(unit):
    """Of a tag that never ends a browser shows nothing, nor of what follows it."""
    assert html_to_text("<p>Hello</p>" + unit * 20_000).startswith("Hello")


def test_a_page_is_read_as_browsers_show_it():
    page = (
        "<!doctype html><style>p > b { color: red }</style><!-- <p>No</p> --><p title='"
        "a > b'>One &amp; two 3 < 4</P><script>if (1 < 2) '<p>No'</script><br/>Three"
        '<div class="x gmail_quote">No<br></div> four<a href=\'//x'
    )
    amid = f"{AMID} No\n{AMID}"
    assert html_to_text(page) == f"One & two 3 < 4\n\nThree\n{amid}\nfour"


class TestReplyAddress:
    @pytest.fixture(autouse=True)
    def _address(self, settings):
        settings.MAIL_REPLY_ADDRESS = "Reply@coalition.example.org"

    def test_names_what_is_answered_whatever_the_case(self):
        address = reply_address(ReplyTo(3, 41, 7))
        assert address.startswith("reply+3-41-7-")
        assert len(address.partition("@")[0]) <= 64
        assert read_reply_address(["x@example.org", address.upper()]) == ReplyTo(
            3, 41, 7
        )

    def test_a_forged_one_names_nothing(self):
        address = reply_address(ReplyTo(3, 41, 7))
        for forged in (
            address.replace("3-41-7", "4-41-7"),
            address.replace("41-7", "42-7"),
            address.replace("41-7", "41-8"),
            address.replace("coalition.", "other."),
            address.replace("reply+", "other+"),
            "reply+3-41-7-@coalition.example.org",
            "reply+3-41-7@coalition.example.org",
            "reply+3--1-7-aaaaaaaaaaaaaaaaaaaa@coalition.example.org",
            "reply+" + "9" * 400 + "-7-8-aaaaaaaaaaaaaaaaaaaa@coalition.example.org",
            "reply+3-٤١-7-aaaaaaaaaaaaaaaaaaaa@coalition.example.org",
            "reply@coalition.example.org",
        ):
            assert read_reply_address([forged]) is None, forged

    def test_outlives_a_change_of_the_key(self, settings):
        address = reply_address(ReplyTo(3, 41, 7))
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another"
        assert read_reply_address([address]) == ReplyTo(3, 41, 7)
        settings.SECRET_KEY_FALLBACKS = []
        assert read_reply_address([address]) is None

    def test_without_a_setting_there_is_none(self, settings):
        address = reply_address(ReplyTo(3, 41, 7))
        settings.MAIL_REPLY_ADDRESS = ""
        assert reply_address(ReplyTo(3, 41, 7)) == ""
        assert read_reply_address([address]) is None
