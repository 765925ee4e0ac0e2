"""Mutations of volunteer teams."""

from db.teams import commands
from db.teams.models.team import TeamRole, VolunteerTeamKind
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation, bulk

_SHOWN = {"volunteerTeam": "VolunteerTeam", "event": "JournalEntry"}
_NEW_MEMBER = InputObject(
    "TeamMemberInput",
    "Somebody who is to belong to a volunteer team.",
    (
        Argument(
            "member_id", Kind.ID, "The person or the organization, of the team's community.",
            of=("Person", "Organization"),
        ),
        Argument("role", TeamRole, "The role of the member; MEMBER when left out.", required=False),
        Argument(
            "person_name", Kind.LINE, "The full name of a person, where you may not read it here.", required=False
        ),
    ),
)  # fmt: skip
_NEW_ROLE = InputObject(
    "TeamMemberRoleInput",
    "The role that a member of a volunteer team is to have.",
    (
        Argument("membership_id", Kind.ID, "The membership, which is live.", of=("TeamMembership",)),
        Argument("role", TeamRole, "The role from today on."),
    ),
)
_FORM = Mutation(
    "formTeam",
    "Form a volunteer team; for staff of the community. It is active once it has what it needs (组建志愿服务队).",
    commands.form_team,
    (
        Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
        Argument("name", Kind.LINE, "The name of the team."),
        Argument("kind", VolunteerTeamKind, "The purpose of the team."),
        Argument("purpose", Kind.PROSE, "What the team does, in its own words.", required=False),
        Argument("site_id", Kind.ID, "The site where the team works.", required=False, of=("Site",)),
        Argument("site_code", Kind.CODE, "The code of that site; give this or `siteId`.", required=False),
        Argument("members", _NEW_MEMBER, "The members that the team begins with.", required=False, is_list=True),
    ),
    _SHOWN,
)
MUTATIONS = (
    _FORM,
    bulk("formTeams", "Form many volunteer teams at once (批量组建志愿服务队).", _FORM),
    Mutation(
        "changeTeamMembers",
        "End memberships, give members another role and add members, in this order; for staff, and for the captain as "
        "far as ordinary members go (调整队员).",
        commands.change_team_members,
        (
            Argument(
                "end", Kind.ID, "The memberships that end today.", required=False, of=("TeamMembership",), is_list=True
            ),
            Argument("roles", _NEW_ROLE, "The members that get another role.", required=False, is_list=True),
            Argument("add", _NEW_MEMBER, "The members that are added.", required=False, is_list=True),
        ),
        _SHOWN,
    ),
    Mutation(
        "joinTeam",
        "Join a volunteer team of your own community as a member; for registered persons (加入队伍).",
        commands.join_team,
        shows=_SHOWN,
    ),
    Mutation("leaveTeam", "Leave a volunteer team (退出队伍).", commands.leave_team, shows=_SHOWN),
    Mutation(
        "disbandTeam",
        "Disband a volunteer team; its memberships end. For staff of the community (解散队伍).",
        commands.disband_team,
        (Argument("reason", Kind.PROSE, "Why it is done, for the journal."),),
        _SHOWN,
    ),
)
