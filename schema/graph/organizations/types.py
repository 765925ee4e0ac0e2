"""Organizations and volunteer teams."""

from db.city import models
from schema.catalog.declare import column, many, model_type, one


@model_type(models.Organization, "A unit that sits in, or helps, a community (单位).")
class Organization:
    """Of any of seven kinds."""

    name = column("The name of the organization.")
    kind = column("What kind of unit it is.")
    social_kind = column("What it does, for a social organization.")
    is_partner_unit = column("Whether it is a partner unit (共建单位).")
    division = one("Division", "The community where it is seated.")
    division_code = column("The 12-digit code of the community.")
    resources = many(
        "Resource",
        "Resources that it offers.",
        on=lambda organization, resource: resource.organization == organization.id,
    )
    claims = many(
        "Claim",
        "Claims that it made, newest first.",
        on=lambda organization, claim: claim.organization == organization.id,
        order="-created_at",
    )


@model_type(models.VolunteerTeam, "A volunteer team of a community (志愿服务队).")
class VolunteerTeam:
    """With a captain, and for veterans one police instructor."""

    name = column("The name of the team.")
    kind = column("What it is for.")
    division = one("Division", "The community that the team belongs to.")
    division_code = column("The 12-digit code of the community.")
    captain = one("Member", "The member who is the captain.")
    police_instructor_name = column("The police officer who instructs it (指导员).")
    volunteer_count = column("How many volunteers it has.")
    veteran_count = column("How many of them are veterans.")
    claims = many(
        "Claim", "Claims that it made, newest first.", on=lambda team, claim: claim.team == team.id, order="-created_at"
    )
