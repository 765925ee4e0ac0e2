"""Mutations of access points, passes and scans."""

from db.gates import commands, scans, traces
from db.gates.models import ScanDirection, ScanReason, ScanResult
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation, ToldList

_POINT = {"accessPoint": "AccessPoint", "event": "JournalEntry"}
_PASS = {"accessPass": "AccessPass", "event": "JournalEntry"}
_SCAN = InputObject(
    "ScanInput",
    "That somebody came to an access point.",
    (
        Argument("at", Kind.DATETIME, "When they came to it."),
        Argument("direction", ScanDirection, "Which way they went."),
        Argument("result", ScanResult, "Whether they were let through."),
        Argument("reason", ScanReason, "Why they were not; of who was refused alone.", required=False),
        Argument(
            "pass_code",
            Kind.CODE,
            "The code of their pass, if they had one; it is hashed with the secret of the day and not kept.",
            required=False,
        ),
    ),
)
_TRACED = InputObject(
    "TracedScan",
    "That somebody came to an access point, as a trace shows it; it names nobody.",
    (
        Argument("at", Kind.DATETIME, "When they came to it."),
        Argument("direction", ScanDirection, "Which way they went."),
        Argument("result", ScanResult, "Whether they were let through."),
        Argument("reason", ScanReason, "Why they were not; null of who passed.", required=False),
        Argument(
            "access_pass_id",
            Kind.ID,
            "The id of their pass, by which those who give passes out find whose it is; null where they had none of "
            "this community.",
            required=False,
        ),
    ),
)
MUTATIONS = (
    Mutation(
        "registerAccessPoint",
        "Register a gate of a site, or a door of a unit; for staff of the community (登记出入口).",
        commands.register_access_point,
        (
            Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
            Argument("name", Kind.LINE, "What the access point is called."),
            Argument(
                "is_only_gate",
                Kind.BOOLEAN,
                "Whether all must come through it, so that the site has no other; not when left out.",
                required=False,
            ),
            Argument(
                "needs_pass",
                Kind.BOOLEAN,
                "Whether nobody is let through without a pass; not when left out.",
                required=False,
            ),
            Argument("site_id", Kind.ID, "The site; or its code, or a unit.", required=False, of=("Site",)),
            Argument("site_code", Kind.CODE, "The code of the site in the community.", required=False),
            Argument("organization_id", Kind.ID, "The unit, in place of a site.", required=False, of=("Organization",)),
        ),
        _POINT,
    ),
    Mutation(
        "closeAccessPoint",
        "Close an access point; what was counted there stays (关闭出入口).",
        commands.close_access_point,
        (Argument("reason", Kind.PROSE, "Why it is closed, for the journal."),),
        _POINT,
    ),
    Mutation(
        "issuePass",
        "Issue a person a pass for the gates of a site; for staff of the community and who is on duty at a gate "
        "(发放出入证).",
        commands.issue_pass,
        (
            Argument("site_id", Kind.ID, "The site that the pass is for.", of=("Site",)),
            Argument("person_id", Kind.ID, "The person who gets the pass.", of=("Person",)),
            Argument("valid_until", Kind.DATE, "The last day of the pass."),
            Argument(
                "person_name",
                Kind.LINE,
                "The full name of the person, for those to whom the system does not show it.",
                required=False,
            ),
        ),
        _PASS,
        tells={"code": "The code of the pass; returned once only, and never by a dry run or a retry."},
    ),
    Mutation(
        "revokePass",
        "Revoke a pass before its day (吊销出入证).",
        commands.revoke_pass,
        (Argument("reason", Kind.PROSE, "Why it is revoked, for the journal."),),
        _PASS,
    ),
    Mutation(
        "recordScans",
        "Record who came to an access point and count them, as scans that name nobody; for who is on duty at a gate "
        "of the community, such as the device of the gate (登记扫码).",
        scans.record_scans,
        (Argument("rows", _SCAN, "The scans, oldest first or not.", is_list=True),),
        {"accessPoint": "AccessPoint"},
    ),
    Mutation(
        "traceScans",
        "Show when somebody came to an access point and which pass they had, with an entry in the audit; for health "
        "workers of the place, while an incident there is HANDLING (扫码溯源).",
        traces.trace_scans,
        (
            Argument("incident_id", Kind.ID, "The incident that it is for.", of=("Incident",)),
            Argument("from_", Kind.DATETIME, "From when on scans are shown."),
            Argument("to", Kind.DATETIME, "Until when; a scan of that second is left out."),
            Argument("reason", Kind.PROSE, "Why they are traced, for the audit."),
        ),
        {"accessPoint": "AccessPoint"},
        tells={
            "scans": ToldList(
                f"The scans, the earliest first, {traces.MAX_TRACED:,} at most; returned once only, and never by a dry "
                "run or a retry.",
                _TRACED,
            )
        },
    ),
)
