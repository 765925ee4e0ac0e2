"""What each ledger action does to an issue's story, with the values that the transition table (rules 7.2) asks for."""

from random import Random
from typing import Any

from db.committees.models.committee import MemberCategory
from db.committees.models.norm import NORMS_OF_A_KIND
from db.committees.seed.committees import Committee
from db.committees.seed.norms import abstention_id
from db.issues.deadlines import LENGTHS, usual_span
from db.issues.lifecycle import IssueOutcome, LedgerAction
from db.issues.lifecycle import IssueState as S
from db.issues.models.claim import ClaimState, Need
from db.issues.models.clock import Clock, SpanUnit
from db.issues.models.issue import EvidenceKind, RejectionReason, Urgency
from db.issues.seed.claims import Claim, Claims, as_claimant, shortly_before
from db.issues.seed.people import People
from db.issues.seed.story import Claimant, Story
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import Present, day, utc
from db.organizations.models.organization import OrganizationKind as Kind
from db.organizations.seed.units import Units
from db.places.models.division import OFFICE_LEVELS, DivisionLevel, code_of, level_above
from db.places.seed.office_hours import working_days_after
from db.places.seed.plan import Place

_REASONS = {
    RejectionReason.OUT_OF_SCOPE: "不属于社区建设工作委员会受理范围，建议向主管部门反映。",
    RejectionReason.IN_LITIGATION: "事项已进入诉讼程序，请等待司法结果。",
    RejectionReason.NOT_LOCAL: "事项不在本社区辖区，请向属地社区反映。",
    RejectionReason.ABUSIVE: "内容不实且含不当言辞，请据实反映。",
}
# What is out of scope may be so because of a norm.
_BY_NORM = "属本区县“六不参与”事项，社区建设工作委员会不予参与，建议向主管部门反映。"
_OUTCOMES = {
    IssueOutcome.RESOLVED: 84,
    IssueOutcome.PARTLY_RESOLVED: 9,
    IssueOutcome.NOT_FEASIBLE: 4,
    IssueOutcome.REFERRED_OUT: 3,
}
_RESULTS = {
    IssueOutcome.RESOLVED: "已处理完毕，现场恢复正常。",
    IssueOutcome.PARTLY_RESOLVED: "主要问题已处理，剩余部分列入计划。",
    IssueOutcome.NOT_FEASIBLE: "经现场核实暂不具备条件，已向居民说明并列入挂账清单。",
    IssueOutcome.REFERRED_OUT: "已移交有权部门处理，并告知反映人。",
}


def deadline(clock: Clock, urgency: Urgency, at: int) -> int:
    """Return the end of a deadline that starts now, by the usual rules (rules 7.3): no division has its own here."""
    span = usual_span(clock, urgency)
    if span.unit is SpanUnit.WORKING_DAY:
        return working_days_after(at, span.amount)
    return at + span.amount * int(LENGTHS[span.unit].total_seconds())


class Acts:
    """The actions of one community's people on its issues; each writes one ledger entry, at a time that is given."""

    def __init__(
        self,
        rows: Rows,
        place: Place,
        committee: Committee,
        units: Units,
        claims: Claims,
        present: Present,
        rng: Random,
    ) -> None:
        self.rows, self.place, self.committee, self.units = rows, place, committee, units
        self.claims = claims
        self.present, self.rng = present, rng
        self.people = People(committee, rng)
        self.held_claims: dict[int, Claim] = {}

    # Intake.

    def create(self, story: Story, at: int) -> None:
        """T1."""
        story.created_at = at
        due = deadline(Clock.INTAKE, story.urgency, at)
        actor = self.people.submitting(story)
        details: dict[str, Any] = {"channel": story.channel, "is_anonymous": story.is_anonymous}
        if story.incident is not None:
            details["incident_id"] = story.incident
        story.record(LedgerAction.CREATE, S.SUBMITTED, at, actor, due=due, **details)

    def ask(self, story: Story, at: int) -> None:
        """T2."""
        note, due = "请补充具体位置和现场照片。", deadline(Clock.REPORTER, story.urgency, at)
        story.record(LedgerAction.ASK, S.NEEDS_INFO, at, self.people.office(story.level), note, due=due)

    def supplement(self, story: Story, at: int) -> None:
        """T3."""
        due = story.restarted(LedgerAction.ASK, at)
        story.record(LedgerAction.SUPPLEMENT, S.SUBMITTED, at, self.people.resident(), "已补充位置和照片。", due=due)

    def lapse(self, story: Story, at: int) -> None:
        """T4."""
        story.record(LedgerAction.LAPSE, S.WITHDRAWN, at, self.people.system(), "7日内未补充，自动撤回。", due=None)

    def accept(self, story: Story, at: int) -> None:
        """T5: the deadline is set and a need listed; the number follows when all are known."""
        span = deadline(Clock.TRIAGE, story.urgency, at)
        story.accepted_at, story.need = at, self.rows.new_id(Need)
        details = {"urgency": story.urgency, "duty": story.topic.duty, "need_id": story.need}
        story.record(LedgerAction.ACCEPT, S.ACCEPTED, at, self.people.office(story.level), due=span, **details)

    def reject(self, story: Story, at: int) -> None:
        """T6."""
        reason, advice = self.rng.choice(list(_REASONS.items()))
        details: dict[str, Any] = {"reason": reason}
        norm = None
        if reason is RejectionReason.OUT_OF_SCOPE and story.id % 2:
            position = story.id // 2 % NORMS_OF_A_KIND + 1
            reason, advice, norm = RejectionReason.NORM_ABSTAIN, _BY_NORM, abstention_id(self.place.code, position)
            details = {"reason": reason, "norm_code": f"ABSTAIN-{position}", "norm_version": 1}
        story.rejection = {"reason": reason, "advice": advice, "norm_id": norm, "at": utc(at)}
        story.record(LedgerAction.REJECT, S.REJECTED, at, self.people.office(story.level), advice, due=None, **details)

    def appeal(self, story: Story, at: int) -> None:
        """T7: once, to the next level."""
        story.is_appealed = True
        note = "对不予受理有异议，请上一级复核。"
        level, due = level_above(story.level), deadline(Clock.INTAKE, story.urgency, at)
        code = code_of(self.place.code, level)
        actor = self.people.resident()
        story.record(LedgerAction.APPEAL, S.SUBMITTED, at, actor, note, level=level, due=due, to_code=code)

    def transfer(self, story: Story, at: int) -> None:
        """T25: it was first brought to a neighbouring community of the same subdistrict."""
        story.transferred += 1
        actor = self.people.office(DivisionLevel.SUBDISTRICT)
        due = deadline(Clock.INTAKE, story.urgency, at)
        note = "不属原报送社区辖区，转派本社区。"
        story.record(LedgerAction.TRANSFER, S.SUBMITTED, at, actor, note, due=due, to_code=self.place.code)

    def merge(self, story: Story, at: int) -> None:
        """T8: the master hears of it and counts one reporter more (rule A6)."""
        master = story.twin
        assert master
        actor = self.people.office(story.level)
        story.merged_into = master
        story.record(
            LedgerAction.MERGE, S.MERGED, at, actor, "与已有事项重复，并案办理。", due=None, master_id=master.id
        )
        master.reporters += story.reporters
        master.add_note(at, actor, "并入一件相同事项。", merged_id=story.id)

    def unmerge(self, story: Story, at: int) -> None:
        """T19, second half."""
        assert story.merged_into
        master = story.merged_into
        master.reporters -= story.reporters
        story.merged_into = story.twin = None
        actor, due = self.people.office(story.level), deadline(Clock.TRIAGE, story.urgency, at)
        note = "经核实并非同一事项，撤销并案。"
        story.record(LedgerAction.UNMERGE, S.ACCEPTED, at, actor, note, due=due, master_id=master.id)

    def withdraw(self, story: Story, at: int) -> None:
        """T20."""
        story.record(
            LedgerAction.WITHDRAW, S.WITHDRAWN, at, self.people.resident(), "问题已自行解决，申请撤回。", due=None
        )

    # Handling.

    def publish(self, story: Story, at: int) -> None:
        """T11: the claim window is the need's own deadline."""
        due = self.open_claims(story, at)
        note = "面向辖区单位、社会组织、志愿服务队和居民公开认领。"
        actor = self.people.staff()
        story.record(LedgerAction.PUBLISH, S.OPEN_FOR_CLAIM, at, actor, note, due=due, claim_until=utc(due))

    def open_claims(self, story: Story, at: int) -> int:
        """Open an issue for claims, and return until when."""
        until = story.claim_until = deadline(Clock.CLAIM, story.urgency, at)
        story.claimable_from = story.claimable_from or at
        return until

    def claim(self, story: Story, at: int) -> None:
        """T12: staff confirm a claim, whose claimant handles from now on."""
        created_at = shortly_before(at, story.at, self.rng)
        claim = self.claims.make(story, ClaimState.CONFIRMED, created_at, at)
        self.held_claims[story.id] = claim
        story.handler = claim.claimant
        due = deadline(Clock.HANDLING, story.urgency, at)
        details: dict[str, Any] = {"claim_id": claim.id, story.handler.column: story.handler.id}
        story.record(LedgerAction.CLAIM, S.IN_PROGRESS, at, self.people.staff(), due=due, **details)

    def assign(self, story: Story, at: int, to: Claimant | None = None) -> None:
        """T13. to: chosen by chance where it is not given."""
        story.handler = to or self._assignee()
        story.claimable_from = story.claimable_from or at
        actor, due = self.people.office(story.level), deadline(Clock.HANDLING, story.urgency, at)
        handler: dict[str, Any] = {f"handler_{story.handler.column}": story.handler.id}
        story.record(LedgerAction.ASSIGN, S.IN_PROGRESS, at, actor, due=due, **handler)

    def _assignee(self) -> Claimant:
        roll = self.rng.random()
        if roll < 0.6:
            units = self.units.of(
                Kind.PROPERTY_COMPANY, Kind.ENTERPRISE, Kind.GOVERNMENT_ORGAN, Kind.SOCIAL_ORGANIZATION
            )
            return as_claimant("organization_id", self.rng.choice(units))
        if roll < 0.75:
            return as_claimant("team_id", self.rng.choice(self.units.teams))
        return as_claimant("member_id", self.rng.choice(self.committee.members))

    def give_back(self, story: Story, to_state: S, at: int) -> None:
        """T14."""
        story.returned += 1
        actor = self.people.handling(story)
        self._let_go(story, at)
        clock = Clock.CLAIM if to_state is S.OPEN_FOR_CLAIM else Clock.TRIAGE
        story.record(
            LedgerAction.RETURN, to_state, at, actor, "人手不足，退回重新安排。", due=deadline(clock, story.urgency, at)
        )

    def suspend(self, story: Story, until: int, at: int) -> None:
        """T15: staff ask, the office one level up approves."""
        story.is_suspended_once, story.resume_on = True, day(until)
        actor = self.people.office(level_above(story.level))
        note = "等待施工条件，缓办。"
        story.record(LedgerAction.SUSPEND, S.SUSPENDED, at, actor, note, due=None, resume_on=story.resume_on)

    def resume(self, story: Story, at: int) -> None:
        """T15: on the day, with as much time left as when the clock stopped."""
        story.resume_on = None
        due = story.restarted(LedgerAction.SUSPEND, at)
        story.record(LedgerAction.RESUME, S.IN_PROGRESS, at, self.people.system(), "缓办期满，恢复办理。", due=due)

    def extend(self, story: Story, at: int) -> None:
        """T24: once, before the deadline, by five working days."""
        assert story.due_at
        story.is_extended = True
        due = working_days_after(story.due_at, 5)
        actor = self.people.office(level_above(story.level))
        story.record(LedgerAction.EXTEND, S.IN_PROGRESS, at, actor, "备件采购周期较长，同意延期。", due=due)

    def escalate(self, story: Story, at: int) -> None:
        """T21: one level up; open claims are released."""
        self._let_go(story, at)
        actor = self.people.director() if story.level is DivisionLevel.COMMUNITY else self.people.office(story.level)
        due, level = deadline(Clock.TRIAGE, story.urgency, at), level_above(story.level)
        note = "超出本级处置能力，仍需上级统筹。"
        details = {
            "tried": "已协调辖区单位。", "claims": "RELEASED", "to_code": code_of(self.place.code, level),
            "co_responsible_code": code_of(self.place.code, story.level),
        }  # fmt: skip
        story.returned = 0
        story.record(LedgerAction.ESCALATE, S.ACCEPTED, at, actor, note, due=due, level=level, **details)

    def hand_down(self, story: Story, at: int) -> None:
        """T22: to the level below, where it stays."""
        level = OFFICE_LEVELS[OFFICE_LEVELS.index(story.level) - 1]
        actor, due = self.people.office(story.level), deadline(Clock.HANDLING, story.urgency, at)
        story.top = level
        code = code_of(self.place.code, level)
        note = "请属地牵头办理并按期反馈。"
        story.record(LedgerAction.HAND_DOWN, S.ACCEPTED, at, actor, note, due=due, level=level, to_code=code)

    def regrade(self, story: Story, at: int) -> None:
        """T23: a notch more urgent."""
        before, story.urgency = story.urgency, Urgency.URGENT
        start = next(e.at for e in reversed(story.entries) if (e.from_state, e.from_level) != (e.to_state, e.to_level))
        due = deadline(Clock.TRIAGE, story.urgency, start)
        due = due if due > at else deadline(Clock.TRIAGE, story.urgency, at)
        details: dict[str, Any] = {"from_urgency": before, "to_urgency": story.urgency}
        note = "情况变化，调整紧急程度。"
        story.record(
            LedgerAction.REGRADE,
            story.state or S.ACCEPTED,
            at,
            self.people.office(story.level),
            note,
            due=due,
            **details,
        )

    def urge(self, story: Story, at: int) -> None:
        """T23."""
        actor = self.people.resident() if self.rng.random() < 0.7 else self.people.leader()
        story.record(LedgerAction.URGE, story.state or S.ACCEPTED, at, actor, "请尽快办理。")

    # The end.

    def report_done(self, story: Story, at: int, outcome: IssueOutcome | None = None) -> None:
        """T16; straight from ACCEPTED, a member of the two committees answers on the spot and is the handler.

        outcome: chosen by chance where it is not given.
        """
        on_the_spot: dict[str, Any] = {}
        if story.handler is None:
            of_two = [member for member in self.committee.members if member.category is MemberCategory.TWO_COMMITTEES]
            story.handler = as_claimant("member_id", self.rng.choice(of_two))
            story.claimable_from = story.claimable_from or at
            on_the_spot = {"handler_member_id": story.handler.id}
        if claim := self.held_claims.pop(story.id, None):
            self.claims.fulfil(claim, at)
        story.outcome = outcome or self.rng.choices(tuple(_OUTCOMES), tuple(_OUTCOMES.values()))[0]
        kind = self.rng.choice((EvidenceKind.PHOTO, EvidenceKind.PHOTO, EvidenceKind.DOCUMENT, EvidenceKind.STATEMENT))
        story.evidence.append((at, kind, "办理结果佐证"))
        details: dict[str, Any] = {"outcome": story.outcome, "done_on": day(at), "evidence": 1}
        note = _RESULTS[story.outcome]
        actor, due = self.people.handling(story), deadline(Clock.VERIFICATION, story.urgency, at)
        if on_the_spot:
            actor = self.people.on_the_spot(story)
        details |= on_the_spot
        story.record(LedgerAction.REPORT_DONE, S.AWAITING_VERIFICATION, at, actor, note, due=due, **details)

    def rework(self, story: Story, at: int) -> None:
        """T18: half the time again."""
        story.outcome = None
        due = at + (deadline(Clock.HANDLING, story.urgency, at) - at) // 2
        note = "现场仍有遗留问题，请继续处理。"
        story.record(LedgerAction.REWORK, S.IN_PROGRESS, at, self.people.verifier(story.level), note, due=due)

    def close(self, story: Story, at: int, *, has_reply: bool) -> None:
        """T17: verified by somebody who did not handle it, and rated, or closed by the clock when nobody answers."""
        story.closed_at = at
        story.rating = self.rng.choices((5, 4, 3, 2, 1), (55, 28, 10, 4, 3))[0] if has_reply else None
        details = {"outcome": story.outcome, "handler": story.handler and story.handler.name}
        rating: dict[str, Any] = {"rating": story.rating, "no_reply": not has_reply}
        actor = self.people.verifier(story.level) if has_reply else self.people.system()
        if story.outcome is IssueOutcome.NOT_FEASIBLE:
            # The clock does not close it: the office one level up has to agree.
            details["approved_by"] = code_of(self.place.code, level_above(story.level))
            actor = self.people.office(level_above(story.level))
        note = "现场核验属实，予以销号。" if has_reply else "两次联系未回复，按期销号。"
        story.record(LedgerAction.CLOSE_OFF, S.CLOSED, at, actor, note, due=None, **details, **rating)

    def reopen(self, story: Story, at: int) -> None:
        """T19: the same handler takes it up again."""
        story.reopened += 1
        story.closed_at = story.outcome = story.rating = None
        due = deadline(Clock.HANDLING, story.urgency, at)
        story.record(LedgerAction.REOPEN, S.IN_PROGRESS, at, self.people.resident(), "同一问题再次出现。", due=due)

    def _let_go(self, story: Story, at: int) -> None:
        story.handler = None
        if claim := self.held_claims.pop(story.id, None):
            self.claims.release(claim, at)
