"""What fits on a sheet of paper: items with their notes, and no half of a quote."""

import pytest

from comms.updates.content import Content, Item, Said, Section, SectionKind
from comms.updates.paper_fit import NOTE, WORDS, fitting
from comms.updates.paper_room import heading, lines, prose

KINDS = (SectionKind.ACHIEVED, SectionKind.HURDLES, SectionKind.NEXT)


def section(kind=SectionKind.ACHIEVED, items=3, total=0, **fields):
    listed = tuple(
        Item(key=f"task:{n}", words=f"Item {n}", note="Below it.") for n in range(items)
    )
    return Section(kind=kind, items=listed, total=total or items, **fields)


def words(found):
    return [item.words for item in found.items]


def several(*kinds):
    return Content(tuple(section(kind) for kind in kinds))


def test_all_is_shown_when_there_is_room():
    found = fitting(several(SectionKind.ACHIEVED), 20)
    (shown,) = found.sections
    assert words(shown) == ["Item 0", "Item 1", "Item 2"]
    assert all(item.note for item in shown.items)
    assert found.rest == ""


def test_an_item_never_stands_without_its_note():
    for room in range(40):
        found = fitting(several(*KINDS), room)
        assert all(item.note for each in found.sections for item in each.items)


def test_what_matters_most_comes_first_and_the_rest_is_named_in_one_line():
    found = fitting(several(*KINDS), 7)
    assert [(each.heading, words(each)) for each in found.sections] == [
        ("Where you can help", ["Item 0"])
    ]
    assert found.rest == (
        "No room on this page for: What we achieved (3), Where you can help (2), "
        "What comes next (3)."
    )


def test_the_order_that_somebody_gave_it_is_what_matters():
    found = fitting(several(*KINDS), 7, in_order=True)
    assert [str(each.heading) for each in found.sections] == ["What we achieved"]


def test_the_first_section_gets_a_second_item_before_the_last_gets_its_first():
    kinds = (*KINDS, SectionKind.PROGRESS, SectionKind.JOINED)
    found = fitting(several(*kinds), 18, in_order=True)
    shown = {str(each.heading): len(each.items) for each in found.sections}
    assert shown["What we achieved"] == 2
    assert "Who joined us" not in shown


@pytest.mark.parametrize("room", (0, 3, 5, 7.5, 12, 20))
def test_what_is_shown_and_the_line_about_the_rest_fit(room):
    found = fitting(several(*KINDS), room)
    taken = sum(heading(str(each.heading)) for each in found.sections)
    taken += sum(2.17 * len(each.items) for each in found.sections)
    assert not found.sections or taken + lines(found.rest) <= room


def test_what_was_found_and_not_listed_is_counted():
    found = fitting(Content((section(items=2, total=12),)), 20)
    assert found.rest == "No room on this page for: What we achieved (10)."


def test_numbers_share_a_line():
    found = fitting(Content((section(SectionKind.NUMBERS),)), 20)
    assert words(found.sections[0]) == ["Item 0 · Item 1 · Item 2"]
    assert found.rest == ""


def test_the_news_of_an_announcement_stands_however_little_room_there_is():
    for kind in (SectionKind.NEWS, SectionKind.DECIDED, SectionKind.EVENT):
        found = fitting(several(kind, SectionKind.NEXT), 0, when="On Monday")
        assert [words(each) for each in found.sections] == [["Item 0"]]


def test_long_words_end_at_a_word():
    item = Item(key="task:1", words="word " * 60, note="note " * 60)
    told = Content((Section(kind=SectionKind.NEXT, items=(item,), total=1),))
    (shown,) = fitting(told, 20).sections[0].items
    assert len(shown.words) <= WORDS
    assert len(shown.note) <= NOTE
    assert shown.words.endswith("word …")


def test_a_quote_stays_whole_or_is_left_out():
    said = "We did it. " * 40
    item = Item(key="quote:1", words=said, note="Nadia, Mothers of Dockside")
    told = Content((Section(kind=SectionKind.VOICES, items=(item,), total=1),))
    assert fitting(told, 20).sections[0].items == [item]
    short = fitting(told, 8)
    assert (short.sections, short.rest) == (
        [],
        "No room on this page for: In their own words (1).",
    )


def test_a_section_of_ones_own_has_its_words_and_no_items():
    own = Section(
        kind=SectionKind.OWN, key="own:1", heading="Ours", said=Said("Words.", "Rosa")
    )
    (found,) = fitting(Content((own,)), 20).sections
    assert (found.heading, found.items) == ("Ours", [])
    assert found.said == Said("Words.", "Rosa")
    assert fitting(Content((own,)), 1).rest == "No room on this page for: Ours."


def test_lines_are_told_by_how_wide_letters_are():
    assert lines("") == 0
    assert lines("A short line") == 1
    assert lines("two\nlines") == 2
    assert lines("W" * 80) > lines("n" * 80) > lines("i" * 80)
    assert lines("漢" * 80) > lines("n" * 80)
    assert lines("n" * 1000) >= 19
    assert lines("e\u0301" * 20) == lines("e" * 20)


def test_marks_of_paragraphs_and_lists_take_room():
    assert prose("One.\n\nTwo.") > lines("One.\nTwo.")
    assert prose("- One.\n- Two.") > prose("One.\nTwo.")
    assert prose("# One") > prose("One")
