"""Who is in the coalition already, under every name and address."""

from collections import defaultdict
from functools import cached_property

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.names import fold, near_twins
from coalition.common.tabular import lookups
from members.models import Affiliation, Membership, Partner, PartnerAlias, Person
from members.models.membership import MembershipState

# In a longer list only look-alikes are suggested: the closest spelling takes too long.
SUGGEST_AMONG = 500

_KEY_MAX = Partner._meta.get_field("name_key").max_length  # noqa: SLF001


def name_key(name: str) -> str:
    """Return what the database keeps as the folded name of a partner or person."""
    return fold(name)[:_KEY_MAX]


class PartnerBook:
    """The partners under their names and aliases."""

    def __init__(self, *, lock: bool = False) -> None:
        partners = Partner.objects.order_by("pk")
        rows = partners.select_for_update() if lock else partners
        self.by_pk = {partner.pk: partner for partner in rows}
        aliases = list(PartnerAlias.objects.order_by("pk"))
        self.by_key = {
            alias.name_key: self.by_pk[alias.partner_id] for alias in aliases
        }
        self.by_key |= {partner.name_key: partner for partner in self.by_pk.values()}
        self.names = [partner.name for partner in self.by_pk.values()]
        self.names += [alias.name for alias in aliases]

    def find(self, name: str) -> Partner | None:
        return self.by_key.get(name_key(name))


class Strangers:
    """Names that no partner has; what may be meant is worked out for all at once."""

    def __init__(self, known: list[str]) -> None:
        self._known = known
        self._names: dict[str, int] = {}

    def add(self, name: str) -> None:
        self._names.setdefault(name, len(self._names))

    def explain(self, name: str) -> str:
        found = self._suggestions(name)
        if found:
            return _("No partner is called this. Perhaps %(names)s?") % {
                "names": lookups.either(found)
            }
        return _("No partner is called this. Import or add the partner first.")

    def _suggestions(self, name: str) -> list[str]:
        twin = self._twins.get(len(self._known) + self._names[name])
        if twin is not None and twin < len(self._known):
            return [self._known[twin]]
        if len(self._known) > SUGGEST_AMONG:
            return []
        return lookups.suggest(
            fold(name), {fold(known): known for known in self._known}
        )

    @cached_property
    def _twins(self) -> dict[int, int]:
        return near_twins(self._known, list(self._names))


class PeopleBook:
    """The people by address and by place, with what ties them to partners."""

    def __init__(self, *, lock: bool) -> None:
        living = Person.objects.living().order_by("pk")
        people = list(living.select_for_update() if lock else living)
        # Of several between the same two, the one that goes on counts.
        links = Affiliation.objects.order_by(F("to_on").asc(nulls_last=True))
        self.affiliations = {(link.person_id, link.partner_id): link for link in links}
        members = list(Membership.objects.values_list("person_id", "role", "state"))
        self.roles = {pk: role for pk, role, _state in members}
        gone = MembershipState.REMOVED
        self.removed = {pk for pk, _role, state in members if state == gone}
        self.by_email = {person.email: person for person in people if person.email}
        self._by_place: dict[tuple[int | None, str], list[Person]] = defaultdict(list)
        self.by_pk = {person.pk: person for person in people}
        self.places: dict[int, set[int]] = defaultdict(set)
        for person_id, partner_id in self.affiliations:
            self.places[person_id].add(partner_id)
            if person := self.by_pk.get(person_id):
                self._by_place[partner_id, person.name_key].append(person)
        today = timezone.localdate()
        links_now = (x for x in self.affiliations.values() if x.is_current(today))
        placed = {link.person_id for link in links_now}
        for person in people:
            if person.pk not in placed:
                self._by_place[None, person.name_key].append(person)

    def namesakes(self, partner: Partner | None, name: str) -> list[Person]:
        """Return the people of this name at a partner, or at none."""
        place = partner.pk if partner else None
        return self._by_place.get((place, name_key(name)), [])
