"""What goals tell the apps above, inside the transaction that did it."""

from django.dispatch import Signal

milestone_reached = Signal()  # milestone: Milestone, by: members.services.audit.Actor
milestone_unreached = Signal()  # the same: a reached milestone was taken back
