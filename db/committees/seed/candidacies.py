"""How the members of the demo city came to be: one candidacy each, and the meetings that decided on them."""

from dataclasses import dataclass
from datetime import date, timedelta

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.lifecycle import CANDIDACY_LIFECYCLE
from db.committees.models.candidacy import Candidacy, CandidacyState, TwoCommitteesMeeting
from db.committees.models.committee import MemberPost, NominationChannel, SeatKind
from db.committees.seed.committees import Committee, Member
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import HOUR, midnight, utc
from db.people.seed import Home

A, S = JournalAction, CandidacyState
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
# In days before the meeting: the nomination and the discussion; and in days after it, the term after the notice.
_NOMINATED, _DISCUSSED, _NOTICED = 6, 3, 6
_NOON = 12 * HOUR
# How many belong to the two committees, and how many of them came.
_EXPECTED, _PRESENT = 9, 8
_MINUTES = "示范：社区“两委”会议讨论社工委委员人选，到会人员一致同意。"


@dataclass
class Candidacies:
    """Adds those of one community. unit: what recommends members there who work for no partner unit."""

    rows: Rows
    home: Home
    unit: int

    def add(self, committee: Committee) -> None:
        """Add the candidacy of each member, and one meeting for those who were decided on together."""
        meetings: dict[date, int] = {}
        for member in committee.members:
            # A seat by post is taken on the day of the meeting.
            day = member.term_start - timedelta(0 if member.posts else _NOTICED)
            if day not in meetings:
                meetings[day] = self._meeting(day)
            self._candidacy(committee.id, member, day, meetings[day])

    def _meeting(self, day: date) -> int:
        return self.rows.add(
            TwoCommitteesMeeting, division_id=self.home.division_id, division_code=self.home.code,
            held_on=day.isoformat(), expected_count=_EXPECTED, present_count=_PRESENT, minutes=_MINUTES,
            created_at=utc(_at(day)),
        )  # fmt: skip

    def _candidacy(self, committee: int, member: Member, day: date, meeting: int) -> None:
        channel, start = member.channel, member.term_start
        created, discussed, decided = (_at(day - timedelta(days)) for days in (_NOMINATED, _DISCUSSED, 0))
        facts = {"member": f"Member_{member.id}"}
        steps = [Step(created, A.CREATE, S.SUBMITTED), Step(discussed, A.DISCUSS, S.UNDER_DISCUSSION, _STAFF)]
        if member.posts:
            steps.append(Step(decided, A.APPOINT_BY_POST, S.APPOINTED, _STAFF, facts))
        else:
            steps.append(Step(decided, A.NOTIFY, S.PUBLIC_NOTICE, _STAFF))
            steps.append(Step(midnight(start.isoformat()), A.APPOINT, S.APPOINTED, _STAFF, facts))
        post: MemberPost | None = member.posts[0] if member.posts else None
        add_with_journal(
            self.rows, CANDIDACY_LIFECYCLE, Candidacy, steps,
            committee_id=committee, division_code=self.home.code, person_id=member.person_id, nominator_id=None,
            category=member.category, seat_kind=SeatKind.STANDING if member.is_standing else SeatKind.ROTATING,
            channel=channel, organization_id=(
                member.work_unit or self.unit if channel is NominationChannel.UNIT_RECOMMENDATION else None
            ),
            recommender_count=_recommenders(member) if channel is NominationChannel.RESIDENT_RECOMMENDATION else None,
            ex_officio_post=post, meeting_id=meeting, is_objected=False,
            notice_until=None if member.posts else (start - timedelta(1)).isoformat(),
            decided_on=start.isoformat(), member_id=member.id, created_at=utc(created),
        )  # fmt: skip


def _recommenders(member: Member) -> int:
    return 5 + member.id % 8


def _at(day: date) -> int:
    return midnight(day.isoformat()) + _NOON
