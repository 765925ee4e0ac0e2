"""Mutations of organizations: their registration, review, update and end."""

from db.organizations import commands
from db.organizations.models.organization import (
    OrganizationFiling,
    OrganizationKind,
    OrganizationReview,
    SocialOrganizationKind,
)
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation, bulk

_SHOWN = {"organization": "Organization", "event": "JournalEntry"}
_REASON = Argument("reason", Kind.PROSE, "Why it is done, for the journal.")


def _optional(name: str, kind: Kind | type, description: str, *of: str, clears: bool = True) -> Argument:
    return Argument(name, kind, description, False, of, is_clearable=clears)


_PARTICULARS = (
    _optional("social_kind", SocialOrganizationKind, "The field of activity of a social organization.", clears=False),
    _optional("is_partner_unit", Kind.BOOLEAN, "Whether the organization is a partner unit (共建单位).", clears=False),
    _optional("is_target_unit", Kind.BOOLEAN, "Whether sponsors answer for the organization (包抓单位).", clears=False),
    _optional("party_organization_name", Kind.LINE, "The name of the party organization of the unit."),
    _optional("head_id", Kind.ID, "The person who heads the organization.", "Person"),
    Argument("head_name", Kind.LINE, "The full name of the head, where you may not read it here.", required=False),
    _optional("member_count", Kind.INT, "The number of members of a social organization."),
    _optional("address", Kind.LINE, "The postal address of the organization."),
)
_REGISTER = Mutation(
    "registerOrganization",
    "Register an organization of a community; a social one waits for the subdistrict's review (登记单位).",
    commands.register_organization,
    (
        Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
        Argument("name", Kind.LINE, "The name of the organization."),
        Argument("kind", OrganizationKind, "The kind of organization."),
        *_PARTICULARS,
    ),
    _SHOWN,
)
MUTATIONS = (
    _REGISTER,
    bulk("registerOrganizations", "Register up to 100 organizations at once (批量登记单位).", _REGISTER),
    Mutation(
        "reviewOrganization",
        "Approve or decline a social organization; for officers of the subdistrict (审核单位).",
        commands.review_organization,
        (
            Argument("decision", OrganizationReview, "Whether the organization is registered."),
            Argument("reason", Kind.PROSE, "Why it was decided so; needed to decline.", False),
            Argument("filing", OrganizationFiling, "How it is known to the authorities; FILED when left out.", False),
            Argument("filing_number", Kind.CODE, "The number of the filing; needed to approve.", False),
        ),
        _SHOWN,
    ),
    Mutation(
        "updateOrganization",
        "Change the given fields of an organization; for its contact and for staff (变更单位信息).",
        commands.update_organization,
        (Argument("name", Kind.LINE, "The name of the organization.", False), *_PARTICULARS),
        _SHOWN,
    ),
    Mutation(
        "closeOrganization",
        "Close an organization and end the roles of its contacts; for staff and the subdistrict (注销单位).",
        commands.close_organization,
        (_REASON,),
        _SHOWN,
    ),
)
