"""Guards of what has a journal: what besides its state and the actor's capacity can stand in the way of a step.

Their conditions are in the `standing` module of each context. Many are guards of the issue, asked of one row.
"""

from db.issues.guards import Guard
from db.kernel.errors import ErrorCode
from db.kernel.guards import GuardEnum

_E = ErrorCode


class RowGuard(GuardEnum):
    """What may stand in the way of a step of a claim, a request, a project or a meeting."""

    # Claims
    ISSUE_MOVED_ON = (
        _E.ILLEGAL_TRANSITION,
        "The claim's issue is neither published for claims nor being handled, so the claim cannot be confirmed now.",
        "认领所属事项现非待认领或办理中，不能确认认领。",
    )
    ISSUE_ENDED = (
        _E.ILLEGAL_TRANSITION,
        "The claim's issue has ended, and its claims with it.",
        "认领所属事项已结束，认领随之终止。",
    )
    EMERGENCY = Guard.EMERGENCY.value
    RETURNED_TWICE = Guard.RETURNED_TWICE.value
    # Requests
    REQUEST_OVERTAKEN = Guard.REQUEST_OVERTAKEN.value
    OWN_REQUEST = Guard.OWN_REQUEST.value
    OTHER_OFFICE = Guard.OTHER_OFFICE.value
    NO_SUSPENSION = Guard.NO_SUSPENSION.value
    # Projects
    TERM_OVER = Guard.SEAT_EXPIRED.value
    MILESTONES_DONE = (
        _E.LIMIT_REACHED,
        "Every milestone of the project is done.",
        "项目的全部节点均已完成。",
        "milestoneId",
    )
    # These close a way and refuse nothing: with its last milestone a project is closed, by rule, or it is not yet.
    WORK_REMAINS = (
        _E.LIMIT_REACHED,
        "The project stays open: other milestones, issues that it serves, or money that is left, remain.",
        "项目尚有其他节点、事项未完成或资金结余，不予结项。",
    )
    NO_WORK_REMAINS = (
        _E.LIMIT_REACHED,
        "The last milestone closes the project, whose issues have all ended.",
        "最后一个节点完成、事项均已结束，项目随即结项。",
    )
    TASKS_REMAIN = (
        _E.LIMIT_REACHED,
        "The project stays open: milestones, or issues that it serves, remain.",
        "项目尚有节点或事项未完成，不予结项。",
    )
    NO_MONEY_LEFT = (
        _E.LIMIT_REACHED,
        "No money is left to the project of which nobody said what becomes of it.",
        "项目没有尚未说明去向的结余资金。",
    )
    # Meetings
    NOT_BEGUN = (
        _E.ILLEGAL_TRANSITION,
        "The meeting cannot be opened before the time for which it was called.",
        "会议未到召开时间，不能提前召开。",
        "meetingId",
    )
    CHAIR_NEEDED = (
        _E.QUORUM_NOT_MET,
        "Name the director or deputy who chairs the meeting.",
        "请指明主持会议的主任或副主任。",
        "chairId",
    )
    PUBLISHED = (_E.LIMIT_REACHED, "The minutes are already published.", "纪要已公布。")
    # Messages
    REPLIED = (
        _E.LIMIT_REACHED,
        "The reply to whoever sent the message is noted already; see `reply`.",
        "该来电来信已回复，请查看回复内容。",
        "messageId",
    )
    DISCARDED_LONG_AGO = (
        _E.LIMIT_REACHED,
        "A discarded message can be restored for seven days; take it in anew (`takeInMessage`).",
        "作废满七日的来电来信不能恢复，请重新登记（takeInMessage）。",
        "messageId",
    )
    # Sites
    SITES_IN_GRID = (
        _E.NOT_ALL_SETTLED,
        "Sites that are in use lie in the grid; retire them, or move them to another grid, first.",
        "该网格内尚有启用的点位，请先停用或调整到其他网格。",
        "siteId",
    )
    # Organizations
    WORK_OPEN = (
        _E.NOT_ALL_SETTLED,
        "The organization handles issues, claims of it run, or it leads sponsorships; return, release, fulfil or end "
        "these first (see `claims` and `ledSponsorships`).",
        "该单位尚有办理中的事项、未了结的认领或包抓任务，请先退回、取消、履行或解除。",
        "organizationId",
    )
    # Resources
    CLAIMS_CONFIRMED = (
        _E.NOT_ALL_SETTLED,
        "Confirmed claims count on the resource; let them be fulfilled or release them first (see `claims`).",
        "该资源尚有已确认的认领，请先履行或取消。",
        "resourceId",
    )
    # Matches; these close the way to a claim, and the last two say what it takes.
    NEED_CLOSED = (
        _E.ILLEGAL_TRANSITION,
        "The need is no longer open for claims: it is met or struck off, or its time is over; choose another.",
        "该需求已满足、已销号或已过认领期限，请另选需求。",
    )
    OFFER_ENDED = (
        _E.ILLEGAL_TRANSITION,
        "The resource is no longer on offer, so it cannot be claimed; put it on the list again, or decline.",
        "该资源已停止提供，不能认领；请先恢复提供，或答复不同意。",
    )
    OWNER_WAITS = (
        _E.LIMIT_REACHED,
        "You have a pending claim on the issue of the need; release it first (releaseClaim), or wait for its "
        "confirmation.",
        "您对此事项已有待确认的认领；请等待确认，或先取消该认领（releaseClaim）。",
    )
    WINDOW_NEEDED = (_E.INVALID_INPUT, "Name one of the resource's time windows.", "请指明资源的时段。", "windowId")
    QUANTITY_NEEDED = (_E.INVALID_INPUT, "State how much of the resource you give.", "请填写提供的数量。", "quantity")
    # Registrations and agreements
    REGISTERED_ANEW = (
        _E.ALREADY_EXISTS,
        "The party has registered anew in the same kind since, so this registration cannot be renewed (see "
        "`registrations`).",
        "报到人已另行报到同一类别，原报到不能续期，请查看其报到登记。",
        "registrationId",
    )
    REGISTERED_BY_UNIT = (
        _E.INVALID_INPUT,
        "Name the registration of a person; a unit leads its sponsorships itself.",
        "请选择个人的报到登记；单位自行牵头包抓。",
        "registrationId",
    )
    PLEDGE_COUNTS_HOURS = (
        _E.LIMIT_REACHED,
        "The pledge names hours, so it is kept by itself once they are confirmed; confirm the hours instead.",
        "该承诺约定了时长，时长确认后自动视为履行；请审核服务时长。",
        "pledgeId",
    )
    SIGNED_ALREADY = (
        _E.LIMIT_REACHED,
        "Your side has signed the agreement already; it waits for the other side.",
        "本方已签字，待对方签字。",
        "agreementId",
    )
    SIGNED_FOR_THE_OTHER = (
        _E.NOT_PERMITTED,
        "You signed for the other side; somebody else signs for this one: another contact of the unit, or another "
        "member of staff or the subdistrict for the community.",
        "您已代表对方签字；本方须由他人签字：单位的其他联络人，或社区其他工作人员、街道干部。",
        "agreementId",
    )
    # These close a way and refuse nothing: the second signature concludes an agreement.
    OTHER_SIDE_SIGNED = (
        _E.LIMIT_REACHED,
        "The other side has signed, so this signature concludes the agreement.",
        "对方已签字，本次签字后协议生效。",
    )
    UNSIGNED = (
        _E.LIMIT_REACHED,
        "The other side has not signed, so the agreement stays a draft.",
        "对方尚未签字，协议仍待签。",
    )
    # Committees and candidacies
    RULES_BROKEN = (
        _E.COMPOSITION_RULE_BROKEN,
        "The committee does not meet the rules of composition yet; see `compliance.violations`.",
        "社工委尚不符合组成规则，详见 compliance.violations。",
    )
    ISSUES_OPEN = (
        _E.NOT_ALL_SETTLED,
        "The committee has open issues; close them or send them on first (see `issues`).",
        "社工委尚有未办结的事项，请先办结或转出。",
        "committeeId",
    )
    TAKEN_UP_ALREADY = (
        _E.ALREADY_EXISTS,
        "The person has a seat in the committee, or another nomination of theirs is under discussion or in public "
        "notice; go on with that one (see `committee.candidacies`).",
        "该人员已任委员，或另有提名正在讨论或公示，请办理该提名。",
        "candidacyId",
    )
    NOTICE_RUNS = (
        _E.LIMIT_REACHED,
        "The public notice still runs; appoint the candidate from the day after `noticeUntil`.",
        "公示尚未期满，请在公示截止日之后任命。",
        "candidacyId",
    )
    NOTICE_OVER = (
        _E.LIMIT_REACHED,
        "The public notice is over; tell the community's staff instead.",
        "公示已期满，请直接向社区工作人员反映。",
        "candidacyId",
    )
    OBJECTED_ALREADY = (
        _E.LIMIT_REACHED,
        "You objected already; each resident can do so once.",
        "您已提出过异议，每人限提一次。",
        "candidacyId",
    )
    UNANSWERED = (
        _E.NOT_ALL_SETTLED,
        "Somebody objected; answer it in objectionAnswer, or decline the candidacy (declineCandidacy).",
        "公示期间有异议，请在 objectionAnswer 中答复，或不予任命（declineCandidacy）。",
        "objectionAnswer",
    )
    SEAT_LEFT_TODAY = (
        _E.COMPOSITION_RULE_BROKEN,
        "C2: a seat was left today and is held to the end of the day, so it is free from tomorrow; appoint the "
        "candidate then.",
        "C2：席位今日离任，至今日结束，自明日起空缺，请于明日任命。",
        "candidacyId",
    )
    NO_FREE_SEAT = (
        _E.COMPOSITION_RULE_BROKEN,
        "C2: no seat is free for the candidate; end or replace a member first.",
        "C2：没有空缺席位，请先办理离任或接替。",
        "candidacyId",
    )
    # Volunteer teams
    IN_THE_TEAM = (
        _E.ALREADY_EXISTS,
        "You belong to the team already; see its memberships.",
        "您已是该队队员，可查看队员名单。",
        "teamId",
    )
    TEAM_OF_COMPANIES = (
        _E.NOT_ELIGIBLE,
        "Only property companies belong to this team; choose a team of another kind.",
        "该队仅由物业企业组成，请选择其他志愿服务队。",
        "teamId",
    )
    TEAM_AT_WORK = (
        _E.NOT_ALL_SETTLED,
        "The team handles issues, is called out or on duty, or claims of it run; return, release or fulfil these first "
        "(see `claims`, `deployments` and `shifts`).",
        "该队尚有办理中的事项、未结束的出动或班次、未了结的认领，请先办结、取消或履行。",
        "teamId",
    )
    # Monitoring at home
    TAKER_NEEDED = (
        _E.INVALID_INPUT,
        "Name the volunteer who takes the task: you are none of the team.",
        "您不是该队志愿者，请指明接单志愿者。",
        "takerId",
    )
    OWN_AID = (
        _E.NOT_PERMITTED,
        "You did this task yourself; whoever was helped, or somebody else on the staff, confirms it.",
        "该互助事项由您本人完成，须由受助人或社区其他工作人员确认。",
        "taskId",
    )
    # Shifts
    SHIFT_OVER = (
        _E.LIMIT_REACHED,
        "The shift is over; choose one that is still ahead (see `shifts`).",
        "该班次已结束，请选择其他班次。",
    )
    SHIFT_FULL = (
        _E.LIMIT_REACHED,
        "Every place of the shift is taken; choose another one (see `shifts` with state OPEN).",
        "该班次已满，请选择其他招募中的班次。",
        "shiftId",
    )
    OWN_SHIFT = (
        _E.NOT_ELIGIBLE,
        "The place is your own; somebody else takes it over.",
        "这是您本人的班次，须由他人接班。",
        "assignmentId",
    )
    SHIFT_BEGUN = (
        _E.LIMIT_REACHED,
        "The shift has begun, so it cannot be handed over any more; tell the community's staff.",
        "班次已开始，不能换班，请联系社区工作人员。",
        "assignmentId",
    )
    NOT_OF_FORCE = (
        _E.NOT_ELIGIBLE,
        "The place is kept for a force to which you do not belong, as staff verified; its people must take it over.",
        "该岗位须由同一力量的人员接替，您未经核定属于该力量。",
        "assignmentId",
    )
    ON_ANOTHER_SHIFT = (
        _E.SLOT_CONFLICT,
        "You have another shift then, or too little rest between the two (see `Person.shifts`).",
        "您在该时段已有班次，或两班之间休息时间不足，请查看本人的班次。",
    )
    TOO_EARLY = (
        _E.LIMIT_REACHED,
        "It is too early to check in; the shift says from when one can (see `checkInFrom`).",
        "未到签到时间，请查看班次的 checkInFrom。",
        "assignmentId",
    )
    TOO_LATE_TO_EXCUSE = (
        _E.LIMIT_REACHED,
        "The shift begins within 12 hours or has begun; ask the community's staff to excuse you.",
        "距班次开始不足 12 小时，请联系社区工作人员请假。",
        "assignmentId",
    )
    # Bookings
    TOO_LATE_TO_CANCEL = (
        _E.LIMIT_REACHED,
        "The last place of the booking begins too soon to be given back (BOOKING_CANCEL_HOURS); ask the community's "
        "staff.",
        "预约的最后时段即将开始，已过取消时限，请联系社区工作人员。",
        "fromDay",
    )
    WARNED_LATELY = (
        _E.LIMIT_REACHED,
        "The holder was warned lately (`warnedOn`); the next warning may follow after some days (PLOT_WARNING_DAYS).",
        "近期已提醒（见 warnedOn），须间隔规定天数后方可再次提醒。",
        "bookingId",
    )
    # These close a way: what is too near is kept, and of one day nothing is left.
    NEXT_PLACE_NEAR = (
        _E.LIMIT_REACHED,
        "The next place begins too soon to be given back; give a later fromDay.",
        "最近的时段即将开始，不能取消；请填写以后的 fromDay。",
        "fromDay",
    )
    NO_LATER_DAY = (
        _E.LIMIT_REACHED,
        "The booking has no later day from which its places could be given back.",
        "预约没有可供退还的后续日期。",
        "fromDay",
    )
    BY_LOT = (
        _E.NOT_ELIGIBLE,
        "Places of the resource are given out by lot; draw lots (`drawLots`), or cancel the booking.",
        "该资源抽签分配，请抽签（drawLots）或取消该预约。",
        "bookingId",
    )
    # Donations
    OWN_DONATION = (
        _E.NOT_PERMITTED,
        "You are the donor, or speak for the donor; somebody else on the staff receives the donation.",
        "您是捐赠人或其联络人，须由其他社区工作人员接收。",
        "donationId",
    )
    PROJECT_ENDED = (
        _E.LIMIT_REACHED,
        "The project of the donation has ended; call the donation off (`cancelDonation`) and give it to the committee.",
        "受赠项目已结束，请取消该捐赠（cancelDonation），改为捐给社工委。",
        "donationId",
    )
    # The forum
    SESSION_AHEAD = (
        _E.ILLEGAL_TRANSITION,
        "The session cannot be opened before the time for which it was announced.",
        "未到预告的时间，不能提前召开。",
        "sessionId",
    )
    ALL_SETTLED = (
        _E.LIMIT_REACHED,
        "Every statement of the session is settled; close the session (`closeForum`).",
        "全部发言均已办理，请公布本场结果（closeForum）。",
        "statementId",
    )
    STATEMENTS_OPEN = (
        _E.NOT_ALL_SETTLED,
        "Statements of the session have no outcome yet; settle each of them first (`settleStatement`).",
        "尚有发言未办理，请先逐条办理（settleStatement）。",
        "sessionId",
    )
    # This one asks staff for more, who speak for somebody else.
    SPEAKER_NEEDED = (
        _E.INVALID_INPUT,
        "Name the speaker by speakerId or speakerName, not both; an anonymous one may stay unnamed (isAnonymous).",
        "请以 speakerId 或 speakerName 填写发言人，二者择一；匿名发言（isAnonymous）可不填。",
        "speakerId",
    )
    # Bookings that a claim holds.
    OF_CLAIM = (
        _E.NOT_ALL_SETTLED,
        "A claim holds the booking; release the claim (`releaseClaim`), and its places go back.",
        "该预约由认领占用，请取消认领（releaseClaim），时段随即退还。",
        "bookingId",
    )
    # Incidents
    INCIDENT_UNSETTLED = (
        _E.NOT_ALL_SETTLED,
        "Parties are on site, shifts are ahead, or parts of the incident are open; end these first (`endDeployment`, "
        "`cancelShift`, `standDownIncident`).",
        "尚有队伍在现场、班次未结束或下级事件未解除，请先行结束。",
        "incidentId",
    )
    REVIEW_LATE = (
        _E.LIMIT_REACHED,
        "The time for a review is over (see `dueAt`); publish what is to be learned instead (`issuePublication`).",
        "已超过复盘时限，请另行发布经验做法（issuePublication）。",
        "incidentId",
    )
    INCIDENT_OVER = (
        _E.LIMIT_REACHED,
        "The incident of the deployment is over, so nobody is needed any more; cancel the call (`cancelDeployment`).",
        "所属突发事件已结束，无须再出动，请取消召集（cancelDeployment）。",
        "deploymentId",
    )
    # Applications
    MATERIALS_REQUESTED = (
        _E.LIMIT_REACHED,
        "Materials were asked for once already; accept the application with what it has (`acceptApplication`).",
        "补正材料只能一次性告知，该办件已告知过，请受理（acceptApplication）后依现有材料办理。",
        "applicationId",
    )
    DECIDED_HERE = (
        _E.ILLEGAL_TRANSITION,
        "The office that accepts this service also decides it; use `decideApplication`.",
        "该事项由受理机构办理，无须转办，请直接办结（decideApplication）。",
        "applicationId",
    )
    DECIDED_ELSEWHERE = (
        _E.ILLEGAL_TRANSITION,
        "The service is filed here, and another office decides it; forward the application (`forwardApplication`).",
        "该事项为帮办代办，由其他机构办理，请先转办（forwardApplication）。",
        "applicationId",
    )
    OWN_APPLICATION = (
        _E.NOT_PERMITTED,
        "You applied yourself, or filed it for the applicant; somebody else of the office decides.",
        "您是该办件的申请人或帮办人，须由本机构其他人员办理。",
        "applicationId",
    )
    RATED_TOO_LATE = (
        _E.LIMIT_REACHED,
        "The time for a rating is over (`rateUntil`); if something is still wrong, submit an issue (`submitIssue`).",
        "评价期限（rateUntil）已过；如仍有问题，可提交事项（submitIssue）。",
        "applicationId",
    )
    # Assessments
    COMPUTED_EARLY = (
        _E.LIMIT_REACHED,
        "The results were computed before the period was over; compute them again after its last day "
        "(`computeAssessment`).",
        "得分核算于周期结束之前，请在周期结束后重新核算（computeAssessment）。",
        "assessmentPeriodId",
    )
    APPEALS_OVER = (
        _E.LIMIT_REACHED,
        "The time for appeals is over (`appealUntil`); the results stand.",
        "申诉期限（appealUntil）已过，结果不再变更。",
        "assessmentPeriodId",
    )
    APPEALED_ONCE = (
        _E.LIMIT_REACHED,
        "Your committee has appealed against its result already, which can be done once; read the decision there.",
        "贵委已对本期结果申诉过，每期仅限一次，请查看复核决定。",
        "committeeId",
    )
    NOTHING_APPEALED = (
        _E.ILLEGAL_TRANSITION,
        "No appeal waits for a decision.",
        "没有待复核的申诉。",
        "committeeId",
    )
    APPEALS_PENDING = (
        _E.NOT_ALL_SETTLED,
        "Appeals wait for a decision; have them decided first (`decideAppeal`).",
        "尚有申诉待复核，请先作出决定（decideAppeal）。",
        "assessmentPeriodId",
    )
    APPEALS_OPEN = (
        _E.NOT_ALL_SETTLED,
        "Committees can still appeal (until `appealUntil`); finalize the results afterwards.",
        "申诉期限（appealUntil）未满，期满后方可定案。",
        "assessmentPeriodId",
    )
