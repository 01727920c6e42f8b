"""Who is here under nearly the same name."""

from coalition.common.names import fold, near_twins
from members.models import Partner, PartnerAlias


def near_partner(name: str) -> Partner | None:
    """Return the partner whose name, or other name, resembles this one.

    None when it is that very name: nobody else can take it.
    """
    named = list(Partner.objects.order_by("pk").values_list("pk", "name"))
    named += PartnerAlias.objects.order_by("pk").values_list("partner", "name")
    known = [other for _pk, other in named]
    twin = near_twins(known, [name]).get(len(known))
    if twin is None or fold(name) in map(fold, known):
        return None
    return Partner.objects.get(pk=named[twin][0])
