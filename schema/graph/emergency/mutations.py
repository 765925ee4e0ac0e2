"""Mutations of incidents."""

from db.emergency import calling, detecting, grading
from db.incidents.models import IncidentGrade, IncidentKind
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

_SHOWN = {"incident": "Incident", "event": "JournalEntry"}
MUTATIONS = (
    Mutation(
        "detectIncident",
        "Enter an incident that you noticed: grid workers in their grid, members, staff and residents in their "
        "community, officers for their own part of the city. Call its `emergencyNumber` first (网格发现).",
        detecting.detect_incident,
        (
            Argument("division_code", Kind.CODE, "The 12-digit code of the division where it happened."),
            Argument("kind", IncidentKind, "What kind of thing happened."),
            Argument("title", Kind.LINE, "The title of the incident."),
            Argument("site_id", Kind.ID, "The site where it happened.", required=False, of=("Site",)),
            Argument("site_code", Kind.CODE, "The code of that site; give this or `siteId`.", required=False),
            Argument("place", Kind.LINE, "The place in words, for those who deal with it.", required=False),
            Argument("detected_at", Kind.DATETIME, "When it was noticed; now when left out.", required=False),
            Argument(
                "parent_id",
                Kind.ID,
                "The incident of a larger part of the city that it is a part of.",
                required=False,
                of=("Incident",),
            ),
            Argument(
                "issue_id",
                Kind.ID,
                "The EMERGENCY issue by which it was reported, which then belongs to it.",
                required=False,
                of=("Issue",),
            ),
        ),
        _SHOWN,
    ),
    Mutation(
        "callIncident",
        "Call out teams and units to an incident; for the office that answers for it, and directors (社区呼叫).",
        calling.call_incident,
        (
            Argument(
                "parties",
                Kind.ID,
                "The teams and units that are called out.",
                of=("VolunteerTeam", "Organization"),
                is_list=True,
            ),
            Argument("proposed_grade", IncidentGrade, "The grade that the office thinks fit.", required=False),
        ),
        _SHOWN,
    ),
    Mutation(
        "gradeIncident",
        "Give an incident its grade: IV for staff and directors, III for the subdistrict, II for the district, I for "
        "the city. A change takes the higher of the two offices (分级响应).",
        grading.grade_incident,
        (
            Argument("grade", IncidentGrade, "How grave the incident is."),
            Argument("reason", Kind.PROSE, "Why it has this grade, for the journal."),
        ),
        _SHOWN,
    ),
    Mutation(
        "reportSituation",
        "Report on an incident; for the office of its grade, at fixed intervals while it is handled (情况报告).",
        grading.report_situation,
        (
            Argument("text", Kind.PROSE, "The words of the report."),
            Argument("new_cases", Kind.INT, "How many cases were new.", required=False),
            Argument("open_cases", Kind.INT, "How many cases were open.", required=False),
            Argument("tested", Kind.INT, "How many people were tested.", required=False),
            Argument("helped", Kind.INT, "How many people were helped.", required=False),
        ),
        {"incident": "Incident", "report": "SituationReport", "event": "JournalEntry"},
    ),
    Mutation(
        "standDownIncident",
        "Declare an incident over, once everybody has returned; for the office of its grade (解除响应).",
        grading.stand_down_incident,
        (Argument("summary", Kind.PROSE, "What was done, for the journal."),),
        _SHOWN,
    ),
    Mutation(
        "reviewIncident",
        "Say what is to be learned from an incident; for the office above, and the city for its own (复盘).",
        grading.review_incident,
        (Argument("lessons", Kind.PROSE, "What is to be learned; everybody reads it."),),
        _SHOWN,
    ),
    Mutation(
        "dismissIncident",
        "Dismiss an incident that was a false alarm; for the office that answers for it (撤销误报).",
        detecting.dismiss_incident,
        (Argument("reason", Kind.PROSE, "Why it was none, for the journal."),),
        _SHOWN,
    ),
)
