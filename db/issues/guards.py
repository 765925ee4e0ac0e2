"""Guards of the lifecycle: what besides its state and the actor's capacity can stand in the way of a step.

A guard is a fact about an issue and whoever asks, with the refusal that it leads to. `db.issues.guards_sql` has the
condition of each, once, as SQL: commands evaluate it for the row that they have locked, lists for every row.
"""

from datetime import timedelta

from db.kernel.errors import ErrorCode
from db.kernel.guards import GuardEnum

# How often an issue may be given back at one level; then the office above decides who handles it.
MAX_RETURNS = 2
# How often a meeting may put an issue off, and how often an issue may be sent to another community.
MAX_DEFERRALS, MAX_TRANSFERS = 2, 2
# How long a reporter may appeal against a rejection (row T7), in days.
APPEAL_DAYS = 15
# How long after the closing an issue may be opened again, in days: by its reporter, and by the office that answers.
REPORTER_REOPENING_DAYS, OFFICE_REOPENING_DAYS = 30, 90
# How long a handler may think before it is too late to give an issue back, and an office before it is too late to send
# it on, in working days.
RETURN_WORKING_DAYS, TRANSFER_WORKING_DAYS = 2, 2
# How long before it a meeting, and what is put on its agenda, must be announced; and an urgent one (M3).
NOTICE, URGENT_NOTICE = timedelta(days=3), timedelta(hours=2)
_E = ErrorCode


class Guard(GuardEnum):
    """What may stand in the way of a step of an issue."""

    # Intake
    APPEALED = (
        _E.LIMIT_REACHED,
        "A rejection can be appealed once, and this one was; the decision is final.",
        "对不予受理只能申诉一次，此事项已申诉过，处理决定为最终决定。",
    )
    APPEAL_LATE = (
        _E.LIMIT_REACHED,
        f"An appeal must be made within {APPEAL_DAYS} days of the rejection; submit the issue again.",
        f"申诉须在不予受理之日起{APPEAL_DAYS}日内提出；请重新提交事项。",
    )
    CITY_REJECTED = (
        _E.LIMIT_REACHED,
        "The city is responsible for this issue and has no office above it; its rejection is final.",
        "事项由市级负责，已无上一级。市级不予受理为最终决定。",
    )
    CONSENT_NEEDED = (
        _E.INVALID_INPUT,
        "Only the reporter can withdraw an issue; state in reporterConsent how and when the reporter agreed.",
        "事项由反映人撤回；代为撤回须在 reporterConsent 中注明反映人何时、以何种方式同意。",
        "reporterConsent",
    )
    # Who takes it on
    EMERGENCY = (
        _E.ILLEGAL_TRANSITION,
        "An emergency does not wait for claims or meetings; assign it (assignIssue).",
        "紧急事项不经认领或议事，请直接交办（assignIssue）。",
    )
    RETURNED_TWICE = (
        _E.LIMIT_REACHED,
        ("The issue was returned twice at this level; the office one level up decides who handles it (assignIssue)."),
        "该事项在本级已退回两次，由上一级决定办理人（assignIssue）。",
    )
    # The same for whom it does not bind: an enumeration takes members of one value for one.
    LEFT_TO_OFFICE_ABOVE = (*RETURNED_TWICE, "")
    CLAIMS_OVER = (
        _E.LIMIT_REACHED,
        "The time for claims is over; ask the community's staff.",
        "认领期限已过，请联系社区工作人员。",
    )
    SEAT_EXPIRED = (
        _E.TERM_EXPIRED,
        "Your term as a member is over; renew the seat first.",
        "您的委员任期已届满，请先办理续任。",
    )
    CLAIM_PENDING = (
        _E.LIMIT_REACHED,
        "You have a pending claim on this issue; release it first (releaseClaim), or wait for its confirmation.",
        "您对此事项已有待确认的认领；请等待确认，或先取消该认领（releaseClaim）。",
        "claimantId",
    )
    SEVERAL_CLAIMANTS = (
        _E.INVALID_INPUT,
        "You can claim for several claimants; name one of them.",
        "您可代表多方认领，请指明认领方。",
        "claimantId",
    )
    NO_PENDING_CLAIM = (
        _E.ILLEGAL_TRANSITION,
        "This issue has no pending claim.",
        "此事项没有待确认的认领。",
        "claimId",
    )
    NO_OPEN_CLAIM = (
        _E.ILLEGAL_TRANSITION,
        "This issue has no claim that is pending or confirmed.",
        "此事项没有待确认或已确认的认领。",
        "claimId",
    )
    NO_CONFIRMED_CLAIM = (
        _E.ILLEGAL_TRANSITION,
        "This issue has no confirmed claim.",
        "此事项没有已确认的认领。",
        "claimId",
    )
    OPEN_CLAIM_OF_OTHERS = (
        _E.NOT_PERMITTED,
        ("The open claims on this issue belong to others; their claimants or the community's staff can release them."),
        "此事项未结的认领属于他人，须由认领方或社区工作人员取消。",
        "claimId",
    )
    CONFIRMED_CLAIM_OF_OTHERS = (
        _E.NOT_PERMITTED,
        (
            "The confirmed claims on this issue belong to others; their claimants or the responsible office can "
            "fulfil them."
        ),
        "此事项已确认的认领属于他人，须由认领方或责任单位办理。",
        "claimId",
    )
    # Handling
    RETURN_LATE = (
        _E.LIMIT_REACHED,
        f"A handler can return the issue within {RETURN_WORKING_DAYS} working days; ask the staff to take it away.",
        f"办理人须在{RETURN_WORKING_DAYS}个工作日内退回；请联系社区工作人员收回。",
    )
    RETURNS_SPENT = (
        _E.LIMIT_REACHED,
        (
            "The issue was returned twice at this level and the office above decided; escalate it instead "
            "(escalateIssue)."
        ),
        "该事项在本级已退回两次，上一级已决定办理人；确有困难请上报（escalateIssue）。",
    )
    MUST_BE_ASSIGNED = (
        _E.INVALID_INPUT,
        "After the second return, and in an emergency, an issue is assigned and not claimed; choose ACCEPTED.",
        "第二次退回或紧急事项须交办，不再认领；请选择 ACCEPTED。",
        "nextState",
    )
    # Verification
    HANDLED_IT = (
        _E.NOT_PERMITTED,
        "The handler of an issue cannot verify it; leave that to somebody else.",
        "办理人不能核验自己办理的事项，请由他人核验。",
    )
    NO_EVIDENCE = (
        _E.INVALID_INPUT,
        "There is no evidence of the work; send it back (reworkIssue).",
        "没有佐证材料，请退回重办（reworkIssue）。",
        "issueId",
    )
    RATING_NEEDED = (
        _E.INVALID_INPUT,
        "Send either rating or noReply; send neither when the reporter has already rated the issue.",
        "评分与 noReply 须且只能填写一项；反映人已评分的无需填写。",
        "rating",
    )
    FINDING_OF_OFFICE_ABOVE = (
        _E.NOT_PERMITTED,
        (
            "Only the office one level up can confirm NOT_FEASIBLE; choose another outcome, or leave the decision "
            "to that office."
        ),
        "“不可行”的结论须由上一级干部确认；请填写其他办理结果，或由上一级核验。",
        "outcome",
    )
    REOPENING_LATE = (
        _E.LIMIT_REACHED,
        (
            f"A closed issue can be reopened within {REPORTER_REOPENING_DAYS} days by its reporter, and within "
            f"{OFFICE_REOPENING_DAYS} days by the office; submit a new issue."
        ),
        f"反映人可在销号后{REPORTER_REOPENING_DAYS}日内、责任单位可在{OFFICE_REOPENING_DAYS}日内重启；已过期限，请重新提交事项。",
    )
    RATED = (
        _E.LIMIT_REACHED,
        "The issue is already rated, and a rating cannot be changed.",
        "此事项已评价，评价后不能更改。",
    )
    # Meetings
    NO_MEETING = (
        _E.NOT_FOUND,
        "No meeting is scheduled late enough for its papers; schedule one (scheduleMeeting).",
        "没有来得及提交议题的会议，请先召集会议（scheduleMeeting）。",
        "meetingId",
    )
    PROPOSER_NEEDED = (
        _E.INVALID_INPUT,
        "Name the member who proposes the item (M2).",
        "请指明提出议题的委员。",
        "proposedById",
    )
    NO_RESOLUTION = (
        _E.NOT_FOUND,
        "The latest agenda item of the issue has no such resolution; check the id.",
        "该事项最近一次议事没有此决议。",
        "resolutionId",
    )
    NOT_CARRIED = (
        _E.ILLEGAL_TRANSITION,
        "The resolution was not carried, so it cannot be carried out; the next meeting takes the issue up.",
        "该决议未获通过，只有通过的决议可以执行；事项转入下次会议。",
        "resolutionId",
    )
    DEFERRED_TWICE = (
        _E.LIMIT_REACHED,
        "The issue was already postponed twice; decide it, or escalate it (escalateIssue).",
        "该事项已延后两次，须作出决定或上报（escalateIssue）。",
        "nextState",
    )
    # Levels and notes
    NO_OFFICE_ABOVE = (
        _E.LIMIT_REACHED,
        "The city is responsible for this issue and has no office above it; the issue is on the city list.",
        "事项由市级负责，已无上一级。事项已列入市级清单。",
    )
    URGED_TODAY = (
        _E.LIMIT_REACHED,
        "You have already urged this issue today; you can do so again tomorrow.",
        "您今天已催办过此事项，请明天再试。",
    )
    # Requests
    SUSPENDED_ONCE = (
        _E.LIMIT_REACHED,
        "An issue can be suspended once, and this one was; report it done, return it or escalate it.",
        "每件事项只能缓办一次，此事项已缓办过。",
    )
    EXTENDED_ONCE = (
        _E.LIMIT_REACHED,
        "A deadline can be extended once, and this one was; report the issue done, or return it.",
        "每件事项只能延期一次，此事项已延期过。",
    )
    EXTENSION_LATE = (
        _E.LIMIT_REACHED,
        "An extension must be requested before the deadline, which has passed.",
        "延期须在办理期限届满前申请，现已超期。",
    )
    TRANSFERRED_TWICE = (
        _E.LIMIT_REACHED,
        f"The issue was transferred {MAX_TRANSFERS} times, and the last decision is final; accept or reject it.",
        f"事项已转派 {MAX_TRANSFERS} 次，最后的决定为终局，请受理或不予受理。",
    )
    TRANSFER_LATE = (
        _E.LIMIT_REACHED,
        f"A transfer must be requested within {TRANSFER_WORKING_DAYS} working days of the issue's arrival.",
        f"转派须在事项到达后 {TRANSFER_WORKING_DAYS} 个工作日内申请。",
    )
    SUSPENSION_ASKED = (
        _E.LIMIT_REACHED,
        "A request of the kind SUSPENSION is pending for this issue; wait until it is decided.",
        "此事项已有待审批的缓办申请，请等待审批。",
    )
    EXTENSION_ASKED = (
        _E.LIMIT_REACHED,
        "A request of the kind EXTENSION is pending for this issue; wait until it is decided.",
        "此事项已有待审批的延期申请，请等待审批。",
    )
    TRANSFER_ASKED = (
        _E.LIMIT_REACHED,
        "A request of the kind TRANSFER is pending for this issue; wait until it is decided.",
        "此事项已有待审批的转派申请，请等待审批。",
    )
    NO_REQUEST = (
        _E.NOT_FOUND,
        "No such request is pending for this issue.",
        "此事项没有该待审批的申请。",
        "requestId",
    )
    REQUEST_OVERTAKEN = (
        _E.ILLEGAL_TRANSITION,
        "The issue has changed since the request, and its state does not allow it now.",
        "提出申请后事项已进入其他环节，当前状态不能审批该申请。",
        "requestId",
    )
    OWN_REQUEST = (
        _E.NOT_PERMITTED,
        "You made this request yourself; somebody else at the office must decide it.",
        "该申请由您本人提出，须由本机构其他人员审批。",
        "requestId",
    )
    OTHER_OFFICE = (
        _E.NOT_PERMITTED,
        "The lowest office above both communities decides this transfer.",
        "转派由两社区共同的最近上级机构决定。",
    )
    SEVERAL_REQUESTS = (
        _E.INVALID_INPUT,
        "Several requests are pending for this issue; name one with requestId.",
        "此事项有多项待审批的申请，请以 requestId 指明。",
        "requestId",
    )
    NO_SUSPENSION = (
        _E.LIMIT_REACHED,
        "The day until which the issue was to be suspended has come; decline the request.",
        "申请缓办的日期已到；请不予同意。",
    )
