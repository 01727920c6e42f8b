"""Whether SPF and DKIM speak for the domain that people see, as DMARC asks."""

from collections.abc import Iterator

from comms.sending.doctor import Finding, aligned, right, wrong
from comms.sending.doctor.domain import parents, policies, policies_at, tags_of
from comms.sending.doctor.names import Names, asked

_SPF, _DKIM = "Alignment", "DKIM alignment"


def check_alignment(
    names: Names, *, sender: str, envelope: str, signer: str = ""
) -> Iterator[Finding]:
    """Compare the domain of From with those that SPF and, if known, DKIM prove."""
    yield asked(_SPF, lambda: _spf(names, sender, envelope))
    if signer:
        yield asked(_DKIM, lambda: _dkim(names, sender, signer))


def _spf(names: Names, sender: str, envelope: str) -> Finding:
    if _stands_for(names, envelope, sender, "aspf"):
        return right(_SPF, f"From {sender}, returned to {envelope}.")
    says = f"From {sender}, but returned to {envelope}: SPF proves nothing for DMARC."
    return wrong(_SPF, says)


def _dkim(names: Names, sender: str, signer: str) -> Finding:
    if _stands_for(names, signer, sender, "adkim"):
        return right(_DKIM, f"From {sender}, signed by {signer}.")
    says = f"From {sender}, but signed by {signer}: DKIM proves nothing for DMARC."
    return wrong(_DKIM, says)


def _stands_for(names: Names, other: str, sender: str, mode: str) -> bool:
    """Say so of one organisation's names; of the very same where the policy is strict."""
    if other == sender:
        return True
    _name, found = policies(names, sender) if "." in sender else ("", [])
    if found and tags_of(found[0]).get(mode) == "s":
        return False
    return aligned(other, sender) or _house(names, other) == _house(names, sender) != ""


def _house(names: Names, domain: str) -> str:
    """Return the highest name with a policy: what lies below is one organisation's."""
    above = reversed([domain, *parents(domain)])
    return next((name for name in above if policies_at(names, name)), "")
