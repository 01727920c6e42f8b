import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path

from coalition.common.tenancy import scopes_disabled
from coalition.web.context import chrome
from members.models import Membership
from members.permissions import Permission


def page(request):
    raise NotImplementedError


def routes(app, *names):
    patterns = [path(f"{name}/", page, name=name) for name in names]
    return path("", include((patterns, app)))


urlpatterns = [
    path("", page, name="home"),
    path("theme/", page, name="theme_set"),
    path(
        "c/<slug:slug>/",
        include(
            [
                path("", include(([path("", page, name="home")], "web"))),
                routes("goals", "goal_list"),
                routes("members", "partner_list", "person_list"),
                routes("tasks", "hurdle_list"),
                routes("comms", "update_list"),
            ]
        ),
    ),
]
pytestmark = pytest.mark.urls(__name__)


def around(membership=None, path="/c/harbor/", user=None):
    request = RequestFactory().get(path)
    request.user = user or (membership.user if membership else AnonymousUser())
    if membership:
        request.membership = (
            membership if "grants_loaded" in vars(membership) else as_loaded(membership)
        )
    return chrome(request)


def as_loaded(membership):
    """Return it as the middleware has it, in one statement."""
    with scopes_disabled():
        members = Membership.objects.with_grants()
        loaded = members.select_related("person", "coalition").get(pk=membership.pk)
    loaded.user, loaded.coalition = membership.user, membership.coalition
    return loaded


def labels(links):
    return [str(link.label) for link in links]


def test_a_coordinator_works_in_the_app(alice):
    context = around(alice)
    frame = context["chrome"]
    assert frame.frame == "app"
    assert (frame.person_name, frame.role_name) == ("Alice Adams", "Coordinator")
    assert [str(section.title) for section in frame.nav] == [
        "",
        "Direction",
        "People",
        "Rhythm",
    ]
    assert context["permissions"] == frozenset(Permission)


def test_the_steering_group_works_in_the_app(stella):
    assert around(stella)["chrome"].frame == "app"


def test_a_member_has_the_portal_and_only_what_is_open_to_them(bob):
    context = around(bob)
    assert context["chrome"].frame == "portal"
    assert labels(context["chrome"].tabs) == ["Home", "Goals", "Partners"]
    assert "goals.edit" not in context["permissions"]
    assert "goals.view" in context["permissions"]


def test_a_members_menu_leads_where_the_tabs_do_not(bob, alice):
    assert labels(around(bob)["chrome"].more_places) == ["People", "Hurdles and asks"]
    assert around(alice)["chrome"].more_places == []


def test_places_that_are_not_built_yet_are_left_out(alice):
    (direction,) = (s for s in around(alice)["chrome"].nav if s.title == "Direction")
    assert labels(direction.links) == ["Goals"]


@pytest.mark.parametrize(
    ("where", "expected"),
    (
        ("/c/harbor/", {"Home": "page"}),
        ("/c/harbor/goal_list/", {"Goals": "page"}),
        ("/c/harbor/goal_list/7/", {"Goals": "true"}),
        ("/c/harbor/elsewhere/", {}),
    ),
)
def test_the_navigation_says_where_one_is(bob, where, expected):
    tabs = around(bob, where)["chrome"].tabs
    assert {str(tab.label): tab.current for tab in tabs if tab.current} == expected


def test_what_belongs_to_a_place_is_within_it(alice):
    nav = around(alice, "/c/harbor/asks/7/")["chrome"].nav
    shown = [str(link.label) for part in nav for link in part.links if link.current]
    assert shown == ["Hurdles and asks"]


def test_outside_a_coalition_the_frame_is_bare(alice):
    frame = around(user=alice.user, path="/")["chrome"]
    assert (frame.frame, frame.tabs, frame.accent) == ("bare", [], "")
    assert frame.person_name == alice.user.email
    assert labels(frame.account_links) == ["Your coalitions"]


def test_the_theme_is_that_of_the_profile(alice):
    alice.user.theme = "dark"
    alice.coalition.accent = "pine"
    frame = around(alice)["chrome"]
    assert (frame.theme, frame.accent, frame.theme_url) == ("dark", "pine", "/theme/")


def test_a_visitor_keeps_the_theme_in_the_browser():
    frame = around()["chrome"]
    assert (frame.theme, frame.theme_url, frame.signed_in) == ("system", "", False)
    assert frame.home_url == "/"


def test_the_frame_costs_no_query(bob, django_assert_num_queries):
    member = as_loaded(bob)
    with django_assert_num_queries(0):
        frame = around(member)["chrome"]
        assert frame.nav
        assert frame.tabs
        assert frame.home_url == "/c/harbor/"


@pytest.mark.parametrize(
    ("path", "expected"), (("/l/abc/", True), ("/c/harbor/", False))
)
def test_a_page_behind_a_token_lets_its_form_say_where_it_comes_from(path, expected):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    html = render_to_string("base_public.html", request=request)
    assert ('<meta name="referrer" content="strict-origin">' in html) is expected
