"""The life of an issue on one screen: its states, its ledger actions, and what may follow what."""

from db.enumeration import DomainEnum


class IssueState(DomainEnum):
    """Where an issue stands (事项状态)."""

    SUBMITTED = "SUBMITTED", "Waiting for intake (待受理)."
    NEEDS_INFO = "NEEDS_INFO", "Waiting for the reporter's answer (待补充)."
    ACCEPTED = "ACCEPTED", "Taken into the ledger (已受理)."
    IN_DELIBERATION = "IN_DELIBERATION", "Before a meeting of the committee (议事中)."
    OPEN_FOR_CLAIM = "OPEN_FOR_CLAIM", "Published for units, teams and residents to claim (待认领)."
    IN_PROGRESS = "IN_PROGRESS", "Being handled (办理中)."
    SUSPENDED = "SUSPENDED", "Put off until a stated day (缓办)."
    AWAITING_VERIFICATION = "AWAITING_VERIFICATION", "Reported done, to be verified (待核验)."
    CLOSED = "CLOSED", "Struck off the ledger (已销号)."
    REJECTED = "REJECTED", "Not taken up, with a reason (不予受理)."
    WITHDRAWN = "WITHDRAWN", "Withdrawn by the reporter or lapsed (已撤回)."
    MERGED = "MERGED", "Joined to another issue that goes on in its place (已并案)."


class IssueOutcome(DomainEnum):
    """How a closed issue ended (办理结果)."""

    RESOLVED = "RESOLVED", "Resolved (已解决)."
    PARTLY_RESOLVED = "PARTLY_RESOLVED", "Resolved in part (部分解决)."
    NOT_FEASIBLE = "NOT_FEASIBLE", "Found not feasible, explained and kept on the public list (挂账)."
    REFERRED_OUT = "REFERRED_OUT", "Referred to a court, an emergency number or another authority (转介)."


class LedgerAction(DomainEnum):
    """What a ledger entry records (台账动作)."""

    CREATE = "CREATE", "The issue was submitted (提交)."
    ASK = "ASK", "More information was asked for (要求补充)."
    SUPPLEMENT = "SUPPLEMENT", "The reporter answered (补充)."
    LAPSE = "LAPSE", "No answer came in time, so the issue lapsed (逾期未补)."
    ACCEPT = "ACCEPT", "The issue was taken into the ledger (受理)."
    REJECT = "REJECT", "The issue was not taken up (不予受理)."
    APPEAL = "APPEAL", "The reporter appealed to the next level (申诉)."
    MERGE = "MERGE", "The issue was joined to another (并案)."
    TABLE = "TABLE", "The issue was put before a meeting (提交议事)."
    RESOLVE_MEETING = "RESOLVE_MEETING", "A meeting's resolution was recorded (议定)."
    PUBLISH = "PUBLISH", "The issue was published for claiming (发布)."
    CLAIM = "CLAIM", "A claim on the issue was confirmed (认领)."
    ASSIGN = "ASSIGN", "A handler was assigned (交办)."
    RETURN = "RETURN", "The handler gave the issue back or it was taken away (退回)."
    SUSPEND = "SUSPEND", "Handling was put off (缓办)."
    RESUME = "RESUME", "Handling went on (恢复办理)."
    REPORT_DONE = "REPORT_DONE", "The handler reported the work done (办结)."
    CLOSE_OFF = "CLOSE_OFF", "The issue was struck off (销号)."
    REWORK = "REWORK", "The work was sent back as incomplete (重办)."
    REOPEN = "REOPEN", "A closed issue was opened again (重启)."
    UNMERGE = "UNMERGE", "A wrong merge was undone (撤销并案)."
    WITHDRAW = "WITHDRAW", "The issue was withdrawn (撤回)."
    ESCALATE = "ESCALATE", "The issue went up a level (逐级上报)."
    HAND_DOWN = "HAND_DOWN", "The issue was handed down a level (下派)."
    URGE = "URGE", "Somebody pressed for progress (督办)."
    NOTE = "NOTE", "A comment, a file or a request was noted (备注)."
    REGRADE = "REGRADE", "The urgency was changed (调整等级)."
    EXTEND = "EXTEND", "The deadline was extended (延期)."
    TRANSFER = "TRANSFER", "The issue went to the division it belongs to (转派)."
    CORRECT = "CORRECT", "An earlier entry was corrected by this one (更正)."


S = IssueState
OPEN_STATES = (
    S.SUBMITTED, S.NEEDS_INFO, S.ACCEPTED, S.IN_DELIBERATION, S.OPEN_FOR_CLAIM, S.IN_PROGRESS, S.SUSPENDED,
    S.AWAITING_VERIFICATION,
)  # fmt: skip
CLOSED_STATES = (S.CLOSED, S.REJECTED, S.WITHDRAWN, S.MERGED)
# The clock stands still while the reporter is asked and while handling is put off.
STOPPED_STATES = (S.NEEDS_INFO, S.SUSPENDED)

# action: (states it may start from, states it may lead to); None is "not yet submitted". Rows T1-T25 of the rules.
TRANSITIONS: dict[LedgerAction, tuple[tuple[IssueState | None, ...], tuple[IssueState, ...]]] = {
    LedgerAction.CREATE: ((None,), (S.SUBMITTED,)),
    LedgerAction.ASK: ((S.SUBMITTED,), (S.NEEDS_INFO,)),
    LedgerAction.SUPPLEMENT: ((S.NEEDS_INFO,), (S.SUBMITTED,)),
    LedgerAction.LAPSE: ((S.NEEDS_INFO,), (S.WITHDRAWN,)),
    LedgerAction.ACCEPT: ((S.SUBMITTED,), (S.ACCEPTED,)),
    LedgerAction.REJECT: ((S.SUBMITTED,), (S.REJECTED,)),
    LedgerAction.APPEAL: ((S.REJECTED,), (S.SUBMITTED,)),
    LedgerAction.MERGE: ((S.SUBMITTED, S.ACCEPTED, S.OPEN_FOR_CLAIM), (S.MERGED,)),
    LedgerAction.TABLE: ((S.ACCEPTED,), (S.IN_DELIBERATION,)),
    LedgerAction.RESOLVE_MEETING: (
        (S.IN_DELIBERATION,),
        (S.OPEN_FOR_CLAIM, S.IN_PROGRESS, S.ACCEPTED, S.AWAITING_VERIFICATION),
    ),
    LedgerAction.PUBLISH: ((S.ACCEPTED,), (S.OPEN_FOR_CLAIM,)),
    LedgerAction.CLAIM: ((S.OPEN_FOR_CLAIM,), (S.IN_PROGRESS,)),
    LedgerAction.ASSIGN: ((S.ACCEPTED, S.OPEN_FOR_CLAIM), (S.IN_PROGRESS,)),
    LedgerAction.RETURN: ((S.IN_PROGRESS,), (S.OPEN_FOR_CLAIM, S.ACCEPTED)),
    LedgerAction.SUSPEND: ((S.IN_PROGRESS,), (S.SUSPENDED,)),
    LedgerAction.RESUME: ((S.SUSPENDED,), (S.IN_PROGRESS,)),
    LedgerAction.REPORT_DONE: ((S.IN_PROGRESS, S.ACCEPTED), (S.AWAITING_VERIFICATION,)),
    LedgerAction.CLOSE_OFF: ((S.AWAITING_VERIFICATION,), (S.CLOSED,)),
    LedgerAction.REWORK: ((S.AWAITING_VERIFICATION,), (S.IN_PROGRESS,)),
    LedgerAction.REOPEN: ((S.CLOSED,), (S.IN_PROGRESS,)),
    LedgerAction.UNMERGE: ((S.MERGED,), (S.ACCEPTED,)),
    LedgerAction.WITHDRAW: ((S.SUBMITTED, S.NEEDS_INFO, S.ACCEPTED, S.OPEN_FOR_CLAIM), (S.WITHDRAWN,)),
    LedgerAction.ESCALATE: ((S.ACCEPTED, S.IN_DELIBERATION, S.OPEN_FOR_CLAIM, S.IN_PROGRESS), (S.ACCEPTED,)),
    LedgerAction.HAND_DOWN: ((S.ACCEPTED,), (S.ACCEPTED,)),
    LedgerAction.URGE: (OPEN_STATES, OPEN_STATES),
    LedgerAction.NOTE: (OPEN_STATES, OPEN_STATES),
    LedgerAction.REGRADE: (OPEN_STATES, OPEN_STATES),
    LedgerAction.EXTEND: ((S.IN_PROGRESS,), (S.IN_PROGRESS,)),
    LedgerAction.TRANSFER: ((S.SUBMITTED, S.ACCEPTED), (S.SUBMITTED,)),
}
