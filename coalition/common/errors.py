"""The base of every refusal that a user is told about."""


class DomainError(Exception):
    """A rule said no; str() is the sentence for the user."""
