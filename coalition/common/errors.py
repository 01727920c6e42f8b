"""The base of every refusal that a user is told about."""


class DomainError(Exception):
    """A rule said no; str() is the sentence for the user.

    `field` names what of a form it is about, when it is about one thing.
    """

    field: str = ""
