"""Mutations of people."""

from db.people import commands
from db.people.models.person import PeopleGroup
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation, bulk

_SHOWN = {"person": "Person"}
_REGISTER = Mutation(
    "registerPerson",
    "Register a person in their home community: yourself, or somebody as staff, as an officer above, as the contact "
    "of their work unit or as captain of a team there (登记人员).",
    commands.register_person,
    (
        Argument("division_code", Kind.CODE, "The 12-digit code of the home community."),
        Argument("name", Kind.LINE, "The name of the person."),
        Argument(
            "is_self",
            Kind.BOOLEAN,
            "Whether you register yourself, which ties your account to the person; false when left out.",
            required=False,
        ),
        Argument("phone", Kind.CODE, "The telephone number, which one person has in a community.", required=False),
        Argument(
            "work_unit_id",
            Kind.ID,
            "The organization that the person works for.",
            required=False,
            of=("Organization",),
        ),
        Argument(
            "groups",
            PeopleGroup,
            "The groups that the person belongs to, as they say; staff verify them.",
            required=False,
            is_list=True,
        ),
    ),
    _SHOWN,
)
MUTATIONS = (
    _REGISTER,
    bulk("registerPersons", "Register many persons at once (批量登记人员).", _REGISTER),
    Mutation(
        "verifyPersonGroups",
        "Set all groups of a person as their papers show them; for staff of the community (核定人员类别).",
        commands.verify_person_groups,
        (
            Argument("groups", PeopleGroup, "All groups that the person belongs to; empty for none.", is_list=True),
            Argument("note", Kind.PROSE, "The papers that you saw."),
        ),
        _SHOWN,
    ),
    Mutation(
        "updatePerson",
        "Change the given fields of a person; for the person and for staff of the community (变更人员信息).",
        commands.update_person,
        (
            Argument("name", Kind.LINE, "The name of the person.", False),
            Argument(
                "phone",
                Kind.CODE,
                "The telephone number, which one person has in a community; null removes it.",
                False,
                is_clearable=True,
            ),
            Argument(
                "work_unit_id",
                Kind.ID,
                "The organization that the person works for; null for none.",
                False,
                of=("Organization",),
                is_clearable=True,
            ),
        ),
        _SHOWN,
    ),
    Mutation(
        "revealPersonContact",
        "Show the telephone number of a person, which is audited; for staff of the community and officers above it "
        "(查看人员联系方式).",
        commands.reveal_person_contact,
        (Argument("reason", Kind.PROSE, "Why you need the number; auditors can read it."),),
        _SHOWN,
        tells={"phone": "The telephone number in full, returned once only and never by a dry run or a retry."},
    ),
    Mutation(
        "erasePerson",
        "Erase the name, telephone number, groups and account of a person for ever; for the person and for staff of "
        "the community (注销人员).",
        commands.erase_person,
        shows=_SHOWN,
    ),
)
