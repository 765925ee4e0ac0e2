"""Mutations of monitoring at home, and of tasks for people who are monitored."""

from db.monitoring import aid, cases, readings
from db.monitoring.models import AidKind, ConsentBy, MonitoringOutcome
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

_CASE = {"monitoringCase": "MonitoringCase", "event": "JournalEntry"}
_TASK = {"aidTask": "AidTask", "event": "JournalEntry"}
MUTATIONS = (
    Mutation(
        "openMonitoring",
        "Begin to monitor a person at home, with consent; for staff of the community and health workers "
        "(开始居家健康监测).",
        cases.open_monitoring,
        (
            Argument("division_code", Kind.CODE, "The 12-digit code of the community where the person stays."),
            Argument("incident_id", Kind.ID, "The incident in which it is done.", of=("Incident",)),
            Argument("person_id", Kind.ID, "The person who is monitored.", of=("Person",)),
            Argument(
                "person_name",
                Kind.LINE,
                "The full name of the person, for those to whom the system does not show it.",
                required=False,
            ),
            Argument("has_consent", Kind.BOOLEAN, "Whether the person, or their guardian, consented."),
            Argument("consent_by", ConsentBy, "Who of the two consented."),
            Argument("site_id", Kind.ID, "The site where the person stays.", required=False, of=("Site",)),
            Argument("site_code", Kind.CODE, "The code of that site; give this or `siteId`.", required=False),
            Argument("address", Kind.LINE, "Where exactly the person stays; erased some time after the last day."),
            Argument("team_id", Kind.ID, "The team for home monitoring that helps.", of=("VolunteerTeam",)),
            Argument(
                "ends_on",
                Kind.DATE,
                "The last day; `MONITORING_DAYS` after today when left out.",
                required=False,
            ),
        ),
        _CASE,
    ),
    Mutation(
        "recordReading",
        "Record the temperature of somebody who is monitored, and whether they feel ill; for the person and health "
        "workers, who are told of a fever at once, as staff are (记录体温).",
        readings.record_reading,
        (
            Argument("temperature", Kind.DECIMAL, "The temperature in degrees Celsius, with one decimal."),
            Argument("has_symptoms", Kind.BOOLEAN, "Whether the person feels ill; not when left out.", required=False),
        ),
        {"monitoringCase": "MonitoringCase"},
    ),
    Mutation(
        "extendMonitoring",
        "Let somebody's monitoring go on until a later day (延长监测).",
        cases.extend_monitoring,
        (Argument("ends_on", Kind.DATE, "The last day from now on."),),
        _CASE,
    ),
    Mutation(
        "closeMonitoring",
        "End somebody's monitoring; tasks that are OPEN or TAKEN are called off (解除监测).",
        cases.close_monitoring,
        (Argument("outcome", MonitoringOutcome, "How it ended; LAPSED is the clock's."),),
        _CASE,
    ),
    Mutation(
        "transferMonitoring",
        "Record that somebody who was monitored was taken to hospital; for health workers (转诊).",
        cases.transfer_monitoring,
        (),
        _CASE,
    ),
    Mutation(
        "revealMonitoring",
        "Open a case: show who is monitored and where, with an entry in the audit; for health workers, and staff while "
        "it is OPEN. From then on `readings` shows what is measured (查看监测对象).",
        cases.reveal_monitoring,
        (Argument("reason", Kind.PROSE, "Why it is opened, for the audit."),),
        {"monitoringCase": "MonitoringCase"},
        tells={
            "name": "The name of the person; returned once only, and never by a dry run or a retry.",
            "phone": "The telephone number of the person, if there is one; likewise.",
            "address": "Where exactly the person stays; likewise.",
        },
    ),
    Mutation(
        "requestAid",
        "Ask the volunteers of the team for something; for the person who is monitored, and staff (提出互助需求).",
        aid.request_aid,
        (
            Argument("kind", AidKind, "What kind of help is wanted."),
            Argument("text", Kind.LINE, "What is wanted, in words; volunteers read it once they took the task."),
            Argument("wanted_by", Kind.DATETIME, "Until when it is wanted."),
        ),
        _TASK,
    ),
    Mutation(
        "takeAidTask",
        "Take a task; for the volunteers of the team, and staff who name one of them. It goes to whoever is first "
        "(接单).",
        aid.take_aid_task,
        (
            Argument(
                "taker_id",
                Kind.ID,
                "The volunteer who takes it; for staff. You when left out.",
                required=False,
                of=("Person",),
            ),
        ),
        _TASK,
    ),
    Mutation("returnAidTask", "Give a task back, for others to take (退单).", aid.return_aid_task, (), _TASK),
    Mutation(
        "completeAidTask",
        "Say that a task is done; for whoever took it, and staff (完成互助).",
        aid.complete_aid_task,
        (Argument("hours", Kind.DECIMAL, "How many hours it took, in steps of half an hour."),),
        _TASK,
    ),
    Mutation(
        "confirmAidTask",
        "Confirm that a task was done, so that the hours of the volunteer count; for whoever was helped, and staff. "
        "After 24 hours it is confirmed by itself (确认互助).",
        aid.confirm_aid_task,
        (Argument("rating", Kind.INT, "How well it was done, 5 is best."),),
        _TASK,
    ),
    Mutation(
        "cancelAidTask",
        "Call off a task that is not done; for the person who is monitored, and staff (取消互助).",
        aid.cancel_aid_task,
        (),
        _TASK,
    ),
)
