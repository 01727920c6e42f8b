"""Tenancy fails closed."""

import pytest

from coalition.common.tenancy import ScopeError, scope
from members.models import Partner
from tests.factories.goals import MilestoneFactory
from tests.factories.members import PartnerFactory


def test_query_outside_a_scope_is_refused(harbor):
    with pytest.raises(ScopeError):
        Partner.objects.count()


def test_own_queryset_method_outside_a_scope_is_refused(harbor):
    with pytest.raises(ScopeError):
        Partner.objects.active()


def test_scope_shows_its_own_rows_only(harbor, charlie):
    mine = PartnerFactory(coalition=harbor)
    PartnerFactory(coalition=charlie.coalition)
    with scope(coalition=harbor):
        assert list(Partner.objects.all()) == [mine]


def test_scope_over_several_coalitions_shows_them_all(harbor, charlie):
    PartnerFactory(coalition=harbor)
    PartnerFactory(coalition=charlie.coalition)
    with scope(coalition=[harbor, charlie.coalition]):
        assert Partner.objects.count() == 2


def test_children_of_a_row_are_found_by_their_own_path(harbor):
    milestone = MilestoneFactory(goal__coalition=harbor)
    with scope(coalition=harbor):
        assert list(milestone.goal.milestones.all()) == [milestone]
