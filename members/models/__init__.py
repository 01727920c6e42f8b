"""Tenant, people, partners, access, audit."""

from members.models.agreement import Agreement, AgreementAcceptance
from members.models.audit import AuditEntry, Via
from members.models.capacity import CapacityOffer
from members.models.coalition import Coalition
from members.models.grant import PermissionGrant
from members.models.group import GroupMember, WorkingGroup
from members.models.handover import Handover
from members.models.imports import Import, ImportRow
from members.models.invitation import Invitation
from members.models.logo import PartnerLogo
from members.models.membership import Membership, SignInLink
from members.models.merge import KeptApart, Merge, MergeKind
from members.models.paper import PaperReader
from members.models.partner import Partner, PartnerAlias
from members.models.person import Affiliation, Person
from members.models.user import User

__all__ = [
    "Affiliation",
    "Agreement",
    "AgreementAcceptance",
    "AuditEntry",
    "CapacityOffer",
    "Coalition",
    "GroupMember",
    "Handover",
    "Import",
    "ImportRow",
    "Invitation",
    "KeptApart",
    "Membership",
    "Merge",
    "MergeKind",
    "PaperReader",
    "Partner",
    "PartnerAlias",
    "PartnerLogo",
    "PermissionGrant",
    "Person",
    "SignInLink",
    "User",
    "Via",
    "WorkingGroup",
]
