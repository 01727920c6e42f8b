"""What an update says of feedback that was answered: never more than may be read."""

from django.urls import reverse

from comms.models import Feedback
from comms.queries.feedback import place_of_change, state_line
from comms.updates.content import Item


def because_item(feedback: Feedback, slug: str) -> Item:
    """Tell of it in the coordinator's words, or, if all may read it, in its own."""
    changed_at, changed = place_of_change(feedback, slug)
    if not feedback.is_open:
        # Neither what was said nor the answer, which may repeat it; nor its page.
        path = changed_at if changed_at.startswith("/") else ""
        return Item(
            key=f"feedback:{feedback.pk}",
            words=feedback.public_words,
            path=path,
            fresh=True,
        )
    note = feedback.public_words or " ".join(
        filter(None, (state_line(feedback), changed and f"{changed}.", feedback.answer))
    )
    path = reverse("comms:feedback_detail", kwargs={"slug": slug, "pk": feedback.pk})
    return Item(
        key=f"feedback:{feedback.pk}",
        words=feedback.title,
        note=note,
        path=path,
        fresh=True,
    )
