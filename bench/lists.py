"""Lists and search of a large coalition against the same pages of a small one."""

import json
import sys
from collections.abc import Callable
from functools import partial

import django

django.setup()

# ruff: noqa: E402
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.clock import Cost, compare
from bench.data import fill
from bench.pages import cookie_of, request
from bench.records import make_records
from coalition.common.tenancy import scope, scopes_disabled
from coalition.wsgi import application
from members.models import Partner, Person, User

ROUNDS = 15
PAGES = {
    "partners": "/c/bench/partners/",
    "partners, by people": "/c/bench/partners/?sort=-people",
    "partners, found": "/c/bench/partners/?q=partner+00",
    "partners, narrowed": "/c/bench/partners/?missing=delegate",
    "people": "/c/bench/people/",
    "people, last page": "/c/bench/people/?page=last",
    "people, by date": "/c/bench/people/?sort=joined",
    "people, found": "/c/bench/people/?q=ines+person+0000",
    "people, found by partner": "/c/bench/people/?q=partner+0001",
    "people, narrowed": "/c/bench/people/?partner=Partner+0001&consent=yes",
    "suggestions": "/c/bench/people/options/?q=person+0009",
    "search": "/c/bench/search/?q=person",
    "search for a partner": "/c/bench/search/?q=partner+0001",
    "people who look alike": "/c/bench/people/duplicates/",
    "partners who look alike": "/c/bench/partners/duplicates/",
    "merging, the question": "/c/bench/partners/{partner}/merge/",
    "merging, side by side": "/c/bench/partners/{partner}/merge/?other={other}",
    "invitations": "/c/bench/invitations/",
    "inviting one": "/c/bench/invitations/new/",
    "inviting many": "/c/bench/invitations/bulk/",
    "access": "/c/bench/access/",
    "imports": "/c/bench/imports/",
    "hurdles": "/c/bench/hurdles/",
    "hurdles, found": "/c/bench/hurdles/?q=spring+lift",
    "asks": "/c/bench/asks/",
    "a person": "/c/bench/people/{person}/",
    "adding a person": "/c/bench/people/new/",
}


def names() -> dict[str, int]:
    """Return the numbers that stand in addresses."""
    partner, other = Partner.objects.order_by("pk").values_list("pk", flat=True)[:2]
    person = Person.objects.order_by("pk").values_list("pk", flat=True)[2]
    return {"partner": partner, "other": other, "person": person}


def statements(act: Callable[[], None]) -> int:
    """Count what the page asks: a session tells now and then when it was last seen."""
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            act()
        counts.append(len(caught))
    return min(counts)


def main(people: int) -> None:
    """Print what each page costs, and how many statements it takes."""
    call_command("collectstatic", interactive=False, verbosity=0)
    # Never fewer than fill a page: else a full page would be held against a short one.
    coalition = fill(partners=max(people // 10, 60), people=people, tasks=100)
    with scope(coalition=coalition):
        make_records(coalition, people=people)
        named = names()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as its own work does a minute after an import
    with scopes_disabled():
        cookie = cookie_of(User.objects.order_by("id")[0])
    ask = {
        name: partial(request, application, cookie, url.format(**named))
        for name, url in PAGES.items()
    }
    costs: dict[str, Cost] = compare(ask, rounds=ROUNDS)
    found = {
        name: (costs[name].wall, costs[name].cpu, statements(act))
        for name, act in ask.items()
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
