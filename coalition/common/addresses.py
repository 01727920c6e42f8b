"""E-mail addresses: one spelling for storing and comparing, or a clear refusal."""

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

EMAIL_MAX = 320
LOCAL_PART_MAX = 64

# Letters on which the old and the new rules for domains disagree: the mail could reach
# somebody else. The joiners would vanish without a trace.
_AMBIGUOUS = frozenset("ßς\u200c\u200d")
_is_address = EmailValidator(allowlist=[])


def clean_email(value: str) -> str:
    """Return one bare address, small letters, its domain in ASCII, or ValidationError."""
    value = value.strip(" ")
    if "@" in value and any(char.isspace() or char in ",;" for char in value):
        raise ValidationError(_("Enter one e-mail address only."), code="several")
    if any(char in '<>"' for char in value) or value.casefold().startswith("mailto:"):
        raise ValidationError(
            _("Enter the bare e-mail address, for example rosa@example.org."),
            code="decorated",
        )
    local, _at, domain = value.rpartition("@")
    address = f"{local}@{_ascii_domain(domain)}"
    try:
        _is_address(address)
    except ValidationError:
        raise _invalid() from None
    if len(local) > LOCAL_PART_MAX or not address.isascii() or "[" in address:
        raise _invalid()
    return address.casefold()


def _ascii_domain(domain: str) -> str:
    if len(domain) > EMAIL_MAX or _AMBIGUOUS.intersection(domain):
        raise _invalid()
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        ascii_domain.encode("ascii").decode("idna")
    except UnicodeError:
        raise _invalid() from None
    return ascii_domain


def _invalid() -> ValidationError:
    return ValidationError(
        _("This is not a valid e-mail address, for example rosa@example.org."),
        code="invalid",
    )
