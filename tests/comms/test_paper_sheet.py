"""What fits on a sheet of paper: something of each section, and no half of a quote."""

from comms.updates.content import Content, Item, Said, Section, SectionKind
from comms.updates.paper import NOTE, WORDS, fitting


def section(kind=SectionKind.ACHIEVED, items=3, total=0, **fields):
    listed = tuple(
        Item(key=f"task:{n}", words=f"Item {n}", note="Below it.") for n in range(items)
    )
    return Section(kind=kind, items=listed, total=total or items, **fields)


def words(found):
    return [item.words for item in found.items]


def test_all_is_shown_when_there_is_room():
    (found,) = fitting(Content((section(),)), 20)
    assert words(found) == ["Item 0", "Item 1", "Item 2"]
    assert all(item.note for item in found.items)
    assert found.more == 0


def test_each_section_has_a_line_however_little_room_there_is():
    kinds = (SectionKind.ACHIEVED, SectionKind.HURDLES, SectionKind.NEXT)
    found = fitting(Content(tuple(section(kind) for kind in kinds)), 0)
    assert [words(each) for each in found] == [["Item 0"]] * 3
    assert not any(item.note for each in found for item in each.items)
    assert [each.more for each in found] == [2, 2, 2]


def test_what_stands_below_the_first_lines_comes_before_second_lines():
    kinds = (SectionKind.ACHIEVED, SectionKind.HURDLES)
    found = fitting(Content(tuple(section(kind) for kind in kinds)), 7.8)
    assert [words(each) for each in found] == [["Item 0"]] * 2
    assert [bool(each.items[0].note) for each in found] == [True, True]


def test_what_was_found_and_not_listed_is_counted():
    (found,) = fitting(Content((section(items=2, total=12),)), 20)
    assert found.more == 10


def test_long_words_end_at_a_word():
    item = Item(key="task:1", words="word " * 60, note="note " * 60)
    told = Content((Section(kind=SectionKind.NEXT, items=(item,), total=1),))
    (shown,) = fitting(told, 20)[0].items
    assert len(shown.words) <= WORDS
    assert len(shown.note) <= NOTE
    assert shown.words.endswith("word …")


def test_a_quote_stays_whole_and_keeps_its_speaker():
    said = "We did it. " * 40
    item = Item(key="quote:1", words=said, note="Nadia, Mothers of Dockside")
    told = Content((Section(kind=SectionKind.VOICES, items=(item,), total=1),))
    assert fitting(told, 0)[0].items == [item]


def test_a_section_of_ones_own_has_its_words_and_no_items():
    own = Section(
        kind=SectionKind.OWN, key="own:1", heading="Ours", said=Said("Words.", "Rosa")
    )
    (found,) = fitting(Content((own,)), 20)
    assert (found.heading, found.items, found.more) == ("Ours", [], 0)
    assert found.said == Said("Words.", "Rosa")
