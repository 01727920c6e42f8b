"""Who is meant by the names that stand after an @ in what somebody writes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from coalition.common.names import fold
from coalition.common.text import fold_search
from members.models import Affiliation, Person
from members.models.partner import PartnerStatus

# An address, a path and a time are no names: x@y.org, social.org/@x, @5.
_AT: Final = re.compile(r"(?<![\w@/.+-])@(?=[^\W\d_])")
_POSSESSIVE: Final = re.compile(r"[’']s$")
_AFTER_A_NAME: Final = ".,;:!?)]}>*_~\"'”’»…"
_WORDS: Final = 6
_LINE: Final = 200
LISTED: Final = 8
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Question:
    """A name that is nobody's here, or that of several."""

    name: str
    people: list[Person]

    @property
    def key(self) -> str:
        return fold(self.name)


@dataclass(frozen=True, slots=True)
class Reading:
    """The text with all names in full, who is named, and what is not clear."""

    text: str
    named: Mapping[str, Person]
    questions: list[Question] = field(default_factory=list)


def read_mentions(
    text: str,
    *,
    picked: Mapping[str, str],
    known: Mapping[str, Person],
) -> Reading:
    """Find the people named in a text; `picked` maps a question's key to a person's.

    `known` are those whom the comment named before, whatever became of them since.
    """
    spots = list(_spots(text))
    people = _People(spots, picked=picked, known=known)
    read, end, named = [], 0, {}
    for spot in spots:
        if found := people.meant_at(spot):
            size, person, name = found
            read += [text[end : spot.start], name]
            end = spot.start + size
            named[name] = person
    return Reading("".join([*read, text[end:]]), named, list(people.questions.values()))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a name begins, and what it may be: the longest first."""

    start: int
    names: list[str]

    @property
    def word(self) -> str:
        return self.names[-1]


def _spots(text: str) -> Iterator[_Spot]:
    for match in list(_AT.finditer(text)):
        rest = text[match.end() :][:_LINE].partition("\n")[0]
        yield _Spot(match.end(), _names(rest))


def _names(rest: str) -> list[str]:
    """Return what the first words may mean: "Ana Ruiz’s", "Ana Ruiz", "Ana"."""
    ends = [word.end() for word in re.finditer(r"\S+", rest)][:_WORDS]
    found: dict[str, None] = {}
    for end in reversed(ends):
        bare = rest[:end].rstrip(_AFTER_A_NAME)
        for name in (rest[:end], bare, _POSSESSIVE.sub("", bare)):
            found[name] = None
    return sorted(filter(None, found), key=len, reverse=True)


class _People:
    """Looks all full names up at once, and the parts of names one by one."""

    def __init__(
        self,
        spots: Iterable[_Spot],
        *,
        picked: Mapping[str, str],
        known: Mapping[str, Person],
    ) -> None:
        keys = {fold(name) for spot in spots for name in spot.names}
        self.picked = picked
        self.known = {fold(name): (name, person) for name, person in known.items()}
        self.questions: dict[str, Question] = {}
        self._like: dict[str, list[Person]] = {}
        self._named: dict[str, list[Person]] = {}
        for person in _here().filter(name_key__in=keys) if keys else ():
            self._named.setdefault(person.name_key, []).append(person)

    def meant_at(self, spot: _Spot) -> tuple[int, Person, str] | None:
        """Return how many letters name whom, and how; ask where it is not clear."""
        for name in spot.names:
            key = fold(name)
            if key in self.known:
                written, person = self.known[key]
                return len(name), person, written
            if key in self._named:
                return self._choose(name, self._named[key])
        return self._choose(spot.word, self._people_like(spot.word))

    def _choose(
        self, name: str, people: list[Person]
    ) -> tuple[int, Person, str] | None:
        key = fold(name)
        for person in people:
            if self.picked.get(key) == str(person.pk):
                return len(name), person, person.full_name
        whole = [p for p in people if key == p.name_key or key in p.name_key.split()]
        if len(whole) == 1:
            return len(name), whole[0], whole[0].full_name
        self.questions.setdefault(key, Question(name, people))
        return None

    def _people_like(self, word: str) -> list[Person]:
        if word not in self._like and len(self._like) < MOST:
            self._like[word] = people_like(word)
        return self._like.get(word, [])


def people_like(text: str) -> list[Person]:
    """Return some people with access who have names that begin with these words."""
    found = _here()
    for word in fold_search(text).split()[:4]:
        found = found.filter(
            Q(search_text__startswith=word) | Q(search_text__contains=f" {word}")
        )
    return list(found[:LISTED])


def _here() -> QuerySet[Person]:
    """Return who can be named; `partner_name` tells two of one name apart."""
    standing = (
        Affiliation.objects.current(timezone.localdate())
        .filter(person=OuterRef("pk"), partner__status=PartnerStatus.ACTIVE)
        .order_by("id")
    )
    name = Subquery(standing.values("partner__name")[:1])
    return Person.objects.with_access().annotate(partner_name=name)
