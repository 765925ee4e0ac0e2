"""The life of an issue in one table: its states, its ledger actions, what may follow what, and who may do it."""

from collections.abc import Mapping

from db.issues.guards import Guard
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.lifecycle import Machine, Need, Transition, Way


class IssueState(DomainEnum):
    """The state of an issue in its lifecycle (事项状态)."""

    SUBMITTED = "SUBMITTED", "The issue waits for the community to accept or reject it.", "待受理"
    NEEDS_INFO = "NEEDS_INFO", "The issue waits for information from its reporter.", "待补充"
    ACCEPTED = "ACCEPTED", "The issue has been accepted into the ledger.", "已受理"
    IN_DELIBERATION = "IN_DELIBERATION", "The issue is on the agenda of a committee meeting.", "议事中"
    OPEN_FOR_CLAIM = (
        "OPEN_FOR_CLAIM",
        "The issue is published for organizations, teams, members and residents to claim.",
        "待认领",
    )
    IN_PROGRESS = "IN_PROGRESS", "The issue is being handled.", "办理中"
    SUSPENDED = "SUSPENDED", "Handling is suspended until a stated day.", "缓办"
    AWAITING_VERIFICATION = "AWAITING_VERIFICATION", "The work is reported done and waits for verification.", "待核验"
    CLOSED = "CLOSED", "The issue was verified and struck off the ledger.", "已销号"
    REJECTED = "REJECTED", "The issue was not accepted, with a stated reason.", "不予受理"
    WITHDRAWN = "WITHDRAWN", "The issue was withdrawn, or lapsed without an answer.", "已撤回"
    MERGED = "MERGED", "The issue was merged into another issue.", "已并案"


class IssueOutcome(DomainEnum):
    """How a closed issue ended (办理结果)."""

    RESOLVED = "RESOLVED", "The issue was resolved.", "已解决"
    PARTLY_RESOLVED = "PARTLY_RESOLVED", "The issue was partly resolved.", "部分解决"
    NOT_FEASIBLE = (
        "NOT_FEASIBLE",
        "A solution is not feasible; the reason was explained and the issue stays on the public list.",
        "挂账",
    )
    REFERRED_OUT = (
        "REFERRED_OUT",
        "The issue was referred to a court, an emergency service or another authority.",
        "转介",
    )


class LedgerAction(GrowingEnum):
    """The action that a ledger entry records (台账动作)."""

    CREATE = "CREATE", "The issue was submitted.", "提交"
    ASK = "ASK", "More information was asked for.", "要求补充"
    SUPPLEMENT = "SUPPLEMENT", "The reporter supplied the information.", "补充"
    LAPSE = "LAPSE", "No answer came in time, so the issue lapsed.", "逾期未补"
    ACCEPT = "ACCEPT", "The issue was accepted into the ledger.", "受理"
    REJECT = "REJECT", "The issue was rejected with a reason.", "不予受理"
    APPEAL = "APPEAL", "The reporter appealed to the next level.", "申诉"
    MERGE = "MERGE", "The issue was merged into another one.", "并案"
    LINK = "LINK", "A message about the issue was linked to it.", "关联来电来信"
    TABLE = "TABLE", "The issue was put on a meeting's agenda.", "提交议事"
    RESOLVE_MEETING = "RESOLVE_MEETING", "A meeting's resolution was recorded.", "议定"
    PUBLISH = "PUBLISH", "The issue was published for claiming.", "发布"
    CLAIM = "CLAIM", "A claim on the issue was confirmed.", "认领"
    ASSIGN = "ASSIGN", "A handler was assigned.", "交办"
    RETURN = "RETURN", "The issue was returned by its handler or taken away.", "退回"
    SUSPEND = "SUSPEND", "Handling was suspended until a day.", "缓办"
    RESUME = "RESUME", "Handling of the issue resumed.", "恢复办理"
    PROGRESS = "PROGRESS", "The handler reported progress.", "进展"
    REPORT_DONE = "REPORT_DONE", "The handler reported the work done.", "办结"
    CLOSE_OFF = "CLOSE_OFF", "The issue was struck off.", "销号"
    REWORK = "REWORK", "The work was sent back as incomplete.", "重办"
    REOPEN = "REOPEN", "A closed issue was opened again.", "重启"
    UNMERGE = "UNMERGE", "A wrong merge was undone.", "撤销并案"
    WITHDRAW = "WITHDRAW", "The issue was withdrawn.", "撤回"
    ESCALATE = "ESCALATE", "The issue was escalated one level.", "逐级上报"
    HAND_DOWN = "HAND_DOWN", "The issue was handed down a level.", "下派"
    URGE = "URGE", "Somebody urged progress on the issue.", "督办"
    NOTE = "NOTE", "A comment, a rating, a request or a similar note was recorded.", "备注"
    REGRADE = "REGRADE", "The urgency was changed.", "调整等级"
    EXTEND = "EXTEND", "The deadline was extended.", "延期"
    TRANSFER = "TRANSFER", "The issue was transferred to the division that it belongs to.", "转派"
    CORRECT = "CORRECT", "An earlier entry was corrected by this one.", "更正"


S = IssueState
OPEN_STATES = (
    S.SUBMITTED, S.NEEDS_INFO, S.ACCEPTED, S.IN_DELIBERATION, S.OPEN_FOR_CLAIM, S.IN_PROGRESS, S.SUSPENDED,
    S.AWAITING_VERIFICATION,
)  # fmt: skip
BEFORE_ACCEPTANCE = (S.SUBMITTED, S.NEEDS_INFO)
CLOSED_STATES = (S.CLOSED, S.REJECTED, S.WITHDRAWN, S.MERGED)
# The clock stands still while the reporter is asked and while handling is put off.
STOPPED_STATES = (S.NEEDS_INFO, S.SUSPENDED)
# Where an issue may stand without ever having been taken up: then it is no public matter yet, or never was.
PRIVATE_STATES = (S.SUBMITTED, S.NEEDS_INFO, S.REJECTED, S.WITHDRAWN, S.MERGED)


class Capacity(DomainEnum):
    """The capacity in which somebody acts on an issue (身份)."""

    ANYBODY = "ANYBODY", "Anybody who is signed in and may see the issue.", "登录用户"
    REPORTER = "REPORTER", "The account that reported the issue.", "反映人"
    GRID_WORKER = "GRID_WORKER", "A grid worker of the community.", "本社区网格员"
    MEMBER = "MEMBER", "A member of the community's committee, including the deputies and the director.", "本社工委委员"
    DIRECTOR = (
        "DIRECTOR",
        "The director or a deputy director, while the community is responsible.",
        "主任、副主任",
    )
    STAFF = "STAFF", "Staff of the community, while it is responsible.", "社区工作人员"
    OFFICER = (
        "OFFICER",
        "An officer of the office above the community that is responsible now.",
        "责任层级干部",
    )
    SUPERIOR = "SUPERIOR", "An officer of the office one level above the responsible one.", "上一级干部"
    OVERSEER = "OVERSEER", "An officer of any office above the responsible one.", "上级干部"
    HANDLER = "HANDLER", "The handler, or whoever speaks for the organization or team that handles the issue.", "办理人"
    CLAIMANT = (
        "CLAIMANT",
        "The contact of a unit, the captain of a team, a member or a resident, who may claim the issue.",
        "认领人",
    )
    LEADER = "LEADER", "A leader in contact with the issue's committee.", "包抓领导"
    SYSTEM = "SYSTEM", "The system itself, acting when deadlines pass.", "系统"
    # Towards rows that belong to no issue.
    LEAD = "LEAD", "The member who leads the project.", "项目负责人"
    HOST = "HOST", "The member who hosts the session.", "主持人"
    COMMUNITY_STAFF = "COMMUNITY_STAFF", "Staff of the community.", "社区工作人员"
    SUBDISTRICT_OFFICER = "SUBDISTRICT_OFFICER", "An officer of the subdistrict.", "街道干部"
    DISTRICT_OFFICER = "DISTRICT_OFFICER", "An officer of the district.", "区县干部"
    CITY_OFFICER = "CITY_OFFICER", "An officer of the city.", "市级干部"
    LOCAL = "LOCAL", "Anybody with a role in the community that submits issues.", "在本社区有角色的人员"
    LOCAL_RESIDENT = "LOCAL_RESIDENT", "A resident of the community.", "本社区居民"
    SUBJECT = "SUBJECT", "The person whom it is about.", "本人"
    NOMINATOR = "NOMINATOR", "Whoever nominated the candidate.", "提名人"
    UNIT_CONTACT = "UNIT_CONTACT", "The contact of the organization.", "单位联络人"
    PARTY = (
        "PARTY",
        "The person who is registered, or the contact of the unit that is, or that the person works for.",
        "报到人",
    )
    TEAM_CAPTAIN = "TEAM_CAPTAIN", "The captain of the volunteer team.", "志愿服务队队长"
    REGISTERED = "REGISTERED", "Somebody who is registered as a person of the community.", "本社区登记人员"
    VOLUNTEER = "VOLUNTEER", "A person who belongs to the volunteer team.", "志愿服务队队员"
    ASSIGNER = (
        "ASSIGNER",
        "An officer of the district or the city for a leader in contact, of the subdistrict for a patch, and staff of "
        "the community for what a unit or a cadre answers for.",
        "指派人（领导包抓为区县或市级干部，分片督抓为街道干部，单位、干部包抓为社区工作人员）",
    )
    GATE_KEEPER = "GATE_KEEPER", "Somebody on duty at the gates of the community.", "卡口值守员"
    HEALTH_WORKER = "HEALTH_WORKER", "A health worker of the place.", "居家健康监测员"
    TAKER = "TAKER", "The volunteer who took the task.", "接单志愿者"
    ASSESSOR = "ASSESSOR", "An officer of the city or district that assesses.", "考核机构干部"
    APPEAL_OFFICE = (
        "APPEAL_OFFICE",
        "An officer of the office above the district that assesses; of the city for its own assessment.",
        "考核机构上一级干部（市级考核由市级复核）",
    )
    ASSISTANT = "ASSISTANT", "Whoever filed it for the applicant, while on the staff of the community.", "帮办人"
    ANSWERING_OFFICE = (
        "ANSWERING_OFFICE",
        "Staff of the community or officers above, as the service or its forwarding says who answers.",
        "承办机构人员",
    )


# A step of an issue.
Step = Transition[IssueState, Guard, Capacity]
A, C, G = LedgerAction, Capacity, Guard
_OFFICE = (C.STAFF, C.OFFICER)
_ANY_OFFICER = (C.SUBDISTRICT_OFFICER, C.DISTRICT_OFFICER, C.CITY_OFFICER)
_REVIEW = (G.NO_REQUEST, G.REQUEST_OVERTAKEN, G.OWN_REQUEST, G.OTHER_OFFICE)
_ONE_REQUEST = (Need(G.SEVERAL_REQUESTS, (("requestId",),)),)
# Rows T1-T25 of the rules (the lifecycle, section 7.2), by what the ledger calls them.
TRANSITIONS: dict[LedgerAction, Step] = {
    A.CREATE: Transition(
        (1,),
        ("submitIssue",),
        (None,),
        (S.SUBMITTED,),
        (C.ANYBODY,),
        ("divisionCode", "channel", "title", "description", "duty", "urgency"),
    ),
    A.ASK: Transition((2,), ("requestIssueInfo",), (S.SUBMITTED,), (S.NEEDS_INFO,), _OFFICE, ("question",)),
    A.SUPPLEMENT: Transition((3,), ("supplementIssue",), (S.NEEDS_INFO,), (S.SUBMITTED,), (C.REPORTER,), ("answer",)),
    A.LAPSE: Transition((4,), (), (S.NEEDS_INFO,), (S.WITHDRAWN,), (C.SYSTEM,)),
    A.ACCEPT: Transition((5,), ("acceptIssue",), (S.SUBMITTED,), (S.ACCEPTED,), _OFFICE, ("urgency", "duty")),
    A.REJECT: Transition((6,), ("rejectIssue",), (S.SUBMITTED,), (S.REJECTED,), _OFFICE, ("reason", "advice")),
    A.APPEAL: Transition(
        (7,),
        ("appealIssue",),
        (S.REJECTED,),
        (S.SUBMITTED,),
        (C.REPORTER,),
        ("grounds",),
        guards=(G.APPEALED, G.APPEAL_LATE, G.CITY_REJECTED),
    ),
    A.MERGE: Transition(
        (8,), ("mergeIssue",), (S.SUBMITTED, S.ACCEPTED, S.OPEN_FOR_CLAIM), (S.MERGED,), _OFFICE, ("masterId",)
    ),
    # It is the message that is linked (`linkMessage`), by whoever deals with it.
    A.LINK: Transition((8,), (), OPEN_STATES, OPEN_STATES, (C.COMMUNITY_STAFF, *_ANY_OFFICER)),
    A.TABLE: Transition(
        (9,),
        ("tableIssue",),
        (S.ACCEPTED,),
        (S.IN_DELIBERATION,),
        (C.DIRECTOR,),
        guards=(G.EMERGENCY, G.NO_MEETING),
        needs=(Need(G.PROPOSER_NEEDED, (("proposedById",),)),),
    ),
    A.RESOLVE_MEETING: Transition(
        (10,),
        ("recordResolution",),
        (S.IN_DELIBERATION,),
        (S.OPEN_FOR_CLAIM, S.IN_PROGRESS, S.ACCEPTED, S.AWAITING_VERIFICATION),
        (C.DIRECTOR,),
        ("resolutionId", "nextState"),
        guards=(G.NO_RESOLUTION, G.NOT_CARRIED),
        ways=(
            Way(S.OPEN_FOR_CLAIM, ("wantedHelp", "claimUntil"), (G.EMERGENCY, G.RETURNED_TWICE)),
            Way(S.IN_PROGRESS, ("handlerId",), (G.RETURNED_TWICE,)),
            Way(S.IN_PROGRESS, ("project",), (G.RETURNED_TWICE,)),
            Way(S.IN_PROGRESS, ("projectId",), (G.RETURNED_TWICE,)),
            Way(S.ACCEPTED, (), (G.DEFERRED_TWICE,)),
            Way(S.AWAITING_VERIFICATION, ("outcome",)),
        ),
    ),
    A.PUBLISH: Transition(
        (11,),
        ("publishIssue",),
        (S.ACCEPTED,),
        (S.OPEN_FOR_CLAIM,),
        (C.STAFF,),
        ("wantedHelp", "claimUntil"),
        guards=(G.EMERGENCY, G.RETURNED_TWICE),
    ),
    A.CLAIM: Transition(
        (12,),
        ("confirmClaim",),
        (S.OPEN_FOR_CLAIM,),
        (S.IN_PROGRESS,),
        (C.STAFF,),
        ("claimId",),
        guards=(G.EMERGENCY, G.RETURNED_TWICE, G.NO_PENDING_CLAIM),
    ),
    A.ASSIGN: Transition(
        (13,),
        ("assignIssue",),
        (S.ACCEPTED, S.OPEN_FOR_CLAIM),
        (S.IN_PROGRESS,),
        (C.STAFF, C.DIRECTOR, C.OFFICER, C.SUPERIOR),
        ("handlerId",),
        guards=(G.LEFT_TO_OFFICE_ABOVE,),
    ),
    # The clock takes it away from a claimant who does not keep the promise (L4): nobody else would know in time.
    A.RETURN: Transition(
        (14,),
        ("returnIssue",),
        (S.IN_PROGRESS,),
        (S.OPEN_FOR_CLAIM, S.ACCEPTED),
        (C.HANDLER, C.STAFF, C.SYSTEM),
        ("reason",),
        guards=(G.RETURN_LATE, G.RETURNS_SPENT),
        ways=(Way(S.ACCEPTED), Way(S.OPEN_FOR_CLAIM, ("nextState",), (G.MUST_BE_ASSIGNED,))),
    ),
    A.SUSPEND: Transition(
        (15,),
        ("reviewIssueRequest",),
        (S.IN_PROGRESS,),
        (S.SUSPENDED,),
        (C.SUPERIOR,),
        ("decision", "reason"),
        guards=_REVIEW,
        needs=_ONE_REQUEST,
        ways=(Way(S.SUSPENDED, (), (G.NO_SUSPENSION,)),),
    ),
    A.RESUME: Transition((15,), ("resumeIssue",), (S.SUSPENDED,), (S.IN_PROGRESS,), (C.STAFF, C.OFFICER, C.SYSTEM)),
    A.PROGRESS: Transition(
        (16,), ("reportProgress",), (S.IN_PROGRESS,), (S.IN_PROGRESS,), (C.HANDLER,), ("percent", "text")
    ),
    A.REPORT_DONE: Transition(
        (16,),
        ("reportIssueDone",),
        (S.IN_PROGRESS, S.ACCEPTED),
        (S.AWAITING_VERIFICATION,),
        (C.HANDLER, C.STAFF),
        ("result", "evidence", "doneOn", "outcome"),
        # Staff may answer on the spot what nobody handles yet.
        who_by_state={S.IN_PROGRESS: (C.HANDLER,), S.ACCEPTED: (C.STAFF,)},
    ),
    A.CLOSE_OFF: Transition(
        (17,),
        ("closeIssue",),
        (S.AWAITING_VERIFICATION,),
        (S.CLOSED,),
        (C.STAFF, C.GRID_WORKER, C.OFFICER, C.SUPERIOR, C.SYSTEM),
        ("verification",),
        guards=(G.HANDLED_IT, G.NO_EVIDENCE),
        needs=(
            Need(G.RATING_NEEDED, (("rating",), ("noReply",))),
            Need(G.FINDING_OF_OFFICE_ABOVE, (("outcome",),)),
        ),
    ),
    A.REWORK: Transition(
        (18,),
        ("reworkIssue",),
        (S.AWAITING_VERIFICATION,),
        (S.IN_PROGRESS,),
        (C.STAFF, C.GRID_WORKER, C.OFFICER, C.REPORTER),
        ("missing",),
        guards=(G.HANDLED_IT,),
    ),
    A.REOPEN: Transition(
        (19,),
        ("reopenIssue",),
        (S.CLOSED,),
        (S.IN_PROGRESS,),
        (C.REPORTER, *_OFFICE),
        ("reason",),
        guards=(G.REOPENING_LATE,),
    ),
    A.UNMERGE: Transition((19,), ("unmergeIssue",), (S.MERGED,), (S.ACCEPTED,), _OFFICE, ("reason",)),
    A.WITHDRAW: Transition(
        (20,),
        ("withdrawIssue",),
        (S.SUBMITTED, S.NEEDS_INFO, S.ACCEPTED, S.OPEN_FOR_CLAIM),
        (S.WITHDRAWN,),
        (C.REPORTER, *_OFFICE),
        ("reason",),
        needs=(Need(G.CONSENT_NEEDED, (("reporterConsent",),)),),
    ),
    A.ESCALATE: Transition(
        (21,),
        ("escalateIssue",),
        (S.ACCEPTED, S.IN_DELIBERATION, S.OPEN_FOR_CLAIM, S.IN_PROGRESS),
        (S.ACCEPTED,),
        (C.DIRECTOR, C.OFFICER, C.LEADER, C.SYSTEM),
        ("reason", "tried"),
        guards=(G.NO_OFFICE_ABOVE,),
    ),
    A.HAND_DOWN: Transition(
        (22,),
        ("handDownIssue",),
        (S.ACCEPTED,),
        (S.ACCEPTED,),
        (C.OFFICER,),
        ("divisionCode", "instruction", "dueAt"),
    ),
    A.URGE: Transition(
        (23,),
        ("urgeIssue",),
        OPEN_STATES,
        OPEN_STATES,
        (C.LEADER, C.SUPERIOR, C.OVERSEER, C.REPORTER),
        ("text",),
        guards=(G.URGED_TODAY,),
    ),
    # Whatever the state, it is written down; who may note what is in `NOTES`.
    A.NOTE: Transition((23,), (), tuple(S), tuple(S), (C.ANYBODY,)),
    # The entry that was wrong stays as it is, and so does everything that followed from it.
    A.CORRECT: Transition((23,), ("correctLedgerEntry",), tuple(S), tuple(S), _OFFICE, ("entryId", "note")),
    A.REGRADE: Transition((23,), ("regradeIssue",), OPEN_STATES, OPEN_STATES, _OFFICE, ("urgency", "reason")),
    A.EXTEND: Transition(
        (24,),
        ("reviewIssueRequest",),
        (S.IN_PROGRESS,),
        (S.IN_PROGRESS,),
        (C.SUPERIOR,),
        ("decision", "reason"),
        guards=_REVIEW,
        needs=_ONE_REQUEST,
    ),
    A.TRANSFER: Transition(
        (25,),
        ("reviewIssueRequest",),
        (S.SUBMITTED, S.ACCEPTED),
        (S.SUBMITTED,),
        (C.OFFICER, C.SUPERIOR, C.OVERSEER),
        ("decision", "reason"),
        guards=_REVIEW,
        needs=_ONE_REQUEST,
        # Granted, or declined.
        ways=(Way(S.SUBMITTED), Way(stays=True)),
    ),
}


def _note(
    row: int,
    name: str,
    states: tuple[IssueState, ...],
    who: tuple[Capacity, ...],
    required: tuple[str, ...],
    *guards: Guard,
    needs: tuple[Need[Guard], ...] = (),
    who_by_state: Mapping[IssueState, tuple[Capacity, ...]] | None = None,
) -> Step:
    return Transition((row,), (name,), states, states, who, required, guards, needs, who_by_state=who_by_state or {})


# Steps that leave the state as it is and that the ledger records as a NOTE.
NOTES: dict[str, Step] = {
    note.mutations[0]: note
    for note in (
        _note(23, "commentIssue", OPEN_STATES, (C.ANYBODY,), ("text",)),
        _note(
            23, "attachEvidence", OPEN_STATES, (C.HANDLER, *_OFFICE), ("evidence",),
            who_by_state=dict.fromkeys(BEFORE_ACCEPTANCE, (C.REPORTER, *_OFFICE)),
        ),
        _note(
            12, "claimIssue", (S.OPEN_FOR_CLAIM, S.IN_PROGRESS), (C.CLAIMANT,), ("promise", "promisedOn"),
            G.CLAIMS_OVER, G.SEAT_EXPIRED, G.CLAIM_PENDING, needs=(Need(G.SEVERAL_CLAIMANTS, (("claimantId",),)),),
        ),
        # A further claim, beside the handler's.
        _note(12, "confirmClaim", (S.IN_PROGRESS,), (C.STAFF,), ("claimId",), G.NO_PENDING_CLAIM),
        _note(12, "declineClaim", OPEN_STATES, (C.STAFF,), ("claimId", "reason"), G.NO_PENDING_CLAIM),
        _note(
            12, "releaseClaim", OPEN_STATES, (C.CLAIMANT, C.STAFF, C.SYSTEM), ("claimId", "reason"),
            G.NO_OPEN_CLAIM, G.OPEN_CLAIM_OF_OTHERS,
        ),
        _note(
            12, "fulfilClaim", OPEN_STATES, (C.CLAIMANT, *_OFFICE), ("claimId",),
            G.NO_CONFIRMED_CLAIM, G.CONFIRMED_CLAIM_OF_OTHERS,
        ),
        _note(
            15, "requestIssueSuspension", (S.IN_PROGRESS,), _OFFICE, ("cause", "resumeOn"),
            G.SUSPENDED_ONCE, G.SUSPENSION_ASKED,
        ),
        _note(
            24, "requestIssueExtension", (S.IN_PROGRESS,), (C.HANDLER,), ("reason", "workingDays"),
            G.EXTENDED_ONCE, G.EXTENSION_LATE, G.EXTENSION_ASKED,
        ),
        _note(
            25, "requestIssueTransfer", (S.SUBMITTED, S.ACCEPTED), _OFFICE, ("divisionCode", "reason"),
            G.TRANSFERRED_TWICE, G.TRANSFER_LATE, G.TRANSFER_ASKED,
        ),
        _note(17, "rateIssue", (S.AWAITING_VERIFICATION, S.CLOSED), (C.REPORTER,), ("rating",), G.RATED),
    )
}  # fmt: skip
ISSUE_LIFECYCLE = Machine("Issue", ("an issue", "事项"), IssueState, TRANSITIONS, tuple(NOTES.values()))
STEPS = ISSUE_LIFECYCLE.steps
offers = ISSUE_LIFECYCLE.offers
steps_of = ISSUE_LIFECYCLE.steps_of
possible_mutations = ISSUE_LIFECYCLE.possible_mutations


# What begins the handling of an issue, and what brings it to another office: the handler may give it back, and the
# office send it on, for some days from then.
BEGINNINGS = (A.CLAIM, A.ASSIGN, A.RESOLVE_MEETING, A.REOPEN)
ARRIVALS = (
    A.CREATE, A.TRANSFER, A.APPEAL, A.ESCALATE, A.HAND_DOWN,
)  # fmt: skip
