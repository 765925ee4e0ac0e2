"""Mutations of sub-committees and of the figures of health work."""

from db.health import figures, sub_committees
from db.health.models.figure import HealthIndicator
from db.health.models.sub_committee import SubCommitteeKind, SubCommitteeRole
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation

_SHOWN = {"subCommittee": "SubCommittee", "event": "JournalEntry"}
_MEMBER = InputObject(
    "SubCommitteeMemberInput",
    "A person in a sub-committee, with their position.",
    (
        Argument("person_id", Kind.ID, "The person who is the member.", of=("Person",)),
        Argument("role", SubCommitteeRole, "The position of the member in the sub-committee."),
    ),
)
_FIGURE = InputObject(
    "HealthFigureInput",
    "The figure of one indicator for the month.",
    (
        Argument("indicator", HealthIndicator, "What the figure counts."),
        Argument("value", Kind.INT, "The number of the month, in the whole community."),
        Argument(
            "expected_version",
            Kind.INT,
            "The version that the caller saw, and 0 for none; the figure is refused when there is another.",
            required=False,
        ),
    ),
)
MUTATIONS = (
    Mutation(
        "formSubCommittee",
        "Form the public-health or the patriotic health committee of a committee; for staff (成立下属委员会).",
        sub_committees.form_sub_committee,
        (
            Argument("kind", SubCommitteeKind, "Which of the two is formed."),
            Argument(
                "members", _MEMBER, "The members; one is the HEAD, who has a post in the residents' committee (H2).",
                is_list=True,
            ),
            Argument("formed_on", Kind.DATE, "The day on which it was formed; today when left out.", required=False),
        ),
        _SHOWN,
    ),
    Mutation(
        "changeSubCommittee",
        "Change who belongs to a sub-committee from today on; for staff (调整下属委员会).",
        sub_committees.change_sub_committee,
        (Argument("members", _MEMBER, "All members from now on, of whom one is the HEAD (H2).", is_list=True),),
        _SHOWN,
    ),
    Mutation(
        "recordHealthFigures",
        "Record figures of a community's health work for a month, which replace those before; for staff and the heads "
        "of its sub-committees (记录健康数据).",
        figures.record_health_figures,
        (
            Argument("month", Kind.CODE, "The month that the figures are about."),
            Argument("figures", _FIGURE, "The figures, one for each indicator.", is_list=True),
        ),
        {"division": "Division"},
    ),
)  # fmt: skip
