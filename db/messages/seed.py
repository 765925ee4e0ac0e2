"""The messages of the demo city: in each community one in each state, and the open issues that they may be about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.seed.committees import phone
from db.issues.lifecycle import CLOSED_STATES, OPEN_STATES, IssueState, LedgerAction
from db.issues.seed.story import Story
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, Present, day, midnight, utc
from db.messages.duplicates import MAX_CANDIDATES, Told, compare
from db.messages.lifecycle import MESSAGE_LIFECYCLE
from db.messages.models import (
    OF_AN_ISSUE,
    ChannelMessage,
    DiscardReason,
    MessageCandidate,
    MessageChannel,
    MessageContact,
    MessageSerial,
    MessageState,
)
from db.people.seed import Home
from db.places.seed.office_hours import in_office_hours, working_days_after
from db.settings.models import SettingKey

A, S = JournalAction, MessageState
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_STEPS = {S.CONVERTED: A.CONVERT, S.LINKED: A.LINK, S.ANSWERED: A.ANSWER, S.DISCARDED: A.DISCARD}
# Channels by which also issues come in.
_SENT_BY = (MessageChannel.HOTLINE, MessageChannel.MAILBOX)
_ASKED = ("请问社区办事大厅周末是否办公？", "周末设值班窗口，办公时间为9时至12时。")
_REPLY = "您反映的事项已办理完毕，感谢来电来信。"
_DISCARDED = {
    DiscardReason.ADVERTISING: "专业疏通管道，价格优惠，随叫随到。", DiscardReason.NO_CONTENT: "（无声）",
    DiscardReason.MISDIALLED: "请问是快递站吗？", DiscardReason.ABUSIVE: "（辱骂内容已略）",
}  # fmt: skip
_DEDUP_DAYS, _DEDUP_SCORE = SettingKey.DEDUP_DAYS.default, SettingKey.DEDUP_SCORE.default


@dataclass(eq=False)
class Letter:
    """A message while its history is told. at: when it came in. about: the issue that it became, joined or may join."""

    id: int
    state: MessageState
    at: int
    text: str
    settled_at: int | None = None
    about: Story | None = None
    reply: str | None = None
    replied_at: int | None = None
    reply_due_at: int | None = None
    discard_reason: DiscardReason | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)

    @property
    def taken_in_at(self) -> int:
        """When it was recorded."""
        return self.at + 5 * MINUTE


class Mail:
    """The messages of one community; what joined an issue is in its ledger before that is written."""

    def __init__(self, rows: Rows, home: Home, stories: Sequence[Story], present: Present) -> None:
        """Plan the messages. stories: the issues of the community, oldest first."""
        self.rows, self.home, self.stories, self.present = rows, home, stories, present
        self.letters = [letter for letter in (self._converted(), self._linked()) if letter]
        self.letters += [self._answered(), self._discarded(), self._received()]

    def _new(self, state: MessageState, at: int, text: str, **more: Any) -> Letter:
        return Letter(self.rows.new_id(ChannelMessage), state, at, text, **more)

    def _converted(self) -> Letter | None:
        """Tell of a message that became an issue, which is over if there is one."""
        found = [story for story in self.stories if _may_have_been_sent(story)]
        over = [story for story in found if story.state in CLOSED_STATES]
        story = max(over or found, key=lambda story: story.created_at, default=None)
        if story is None:
            return None
        at = story.created_at - 20 * MINUTE
        letter = self._new(S.CONVERTED, at, story.description, settled_at=story.created_at, about=story)
        self._reply(letter)
        return letter

    def _linked(self) -> Letter | None:
        """Tell of a message that joined an issue an hour after that came in; an issue that is still open if one is."""
        found = [story for story in self.stories if self._may_be_joined(story)]
        still_open = [story for story in found if story.state in OPEN_STATES]
        story = max(still_open or found, key=lambda story: story.created_at, default=None)
        if story is None:
            return None
        at = story.created_at + HOUR
        text = f"我也要反映：{story.description}"
        letter = self._new(S.LINKED, at - 20 * MINUTE, text, settled_at=at, about=story)
        story.reporters += 1
        story.add_note(at, _STAFF, None, LedgerAction.LINK, message_id=letter.id)
        self._reply(letter)
        return letter

    def _may_be_joined(self, story: Story) -> bool:
        at = story.created_at + HOUR
        is_plain = story.budget is None and story.merged_into is None
        return is_plain and at + HOUR <= self.present.at and story.was_open(at)

    def _answered(self) -> Letter:
        # Before any week of holidays.
        at = self._morning(12)
        due = working_days_after(at, 1)
        text, reply = _ASKED
        return self._new(
            S.ANSWERED, at, text, settled_at=at + HOUR, reply=reply, replied_at=at + HOUR, reply_due_at=due
        )

    def _discarded(self) -> Letter:
        at = self._morning(40)
        reasons = list(_DISCARDED)
        reason = reasons[self.home.division_id % len(reasons)]
        return self._new(S.DISCARDED, at, _DISCARDED[reason], settled_at=at + HOUR, discard_reason=reason)

    def _received(self) -> Letter:
        """Tell of a message that nobody has seen to yet, mostly about an issue that is open."""
        at = self.present.at - (30 + self.home.division_id % 60) * MINUTE
        story = next((story for story in reversed(self.stories) if story.was_open(at)), None)
        text = f"{story.title}，请尽快处理。" if story else "希望社区多组织文体活动。"
        return self._new(S.RECEIVED, at, text, about=story, reply_due_at=working_days_after(at, 1))

    def _morning(self, days: int) -> int:
        """Return a morning of a working day, so many days ago and up to a month more."""
        before = days + self.home.division_id % 30
        return in_office_hours(midnight(self.present.day_after(-before)) + 9 * HOUR)

    def _reply(self, letter: Letter) -> None:
        """Reply to a message when its issue is over: in time, where that was long enough ago."""
        story = letter.about
        story = story.merged_into or story if story else None
        if story is None or story.state in OPEN_STATES:
            return
        ended = max(story.at, letter.settled_at or 0)
        letter.reply_due_at, replied_at = working_days_after(ended, 1), in_office_hours(ended + 2 * HOUR)
        if replied_at <= self.present.at:
            letter.reply, letter.replied_at = _REPLY, replied_at

    def add(self, contacts: Mapping[int, Mapping[str, Any]]) -> None:
        """Add them all, numbered as they were taken in. contacts: of the issues, by id."""
        last: dict[str, int] = {}
        for letter in sorted(self.letters, key=lambda letter: (letter.taken_in_at, letter.id)):
            year = day(letter.taken_in_at)[:4]
            last[year] = last.get(year, 0) + 1
            self._add(letter, f"LX-{self.home.code}-{year}-{last[year]:06}", contacts)
        for year, serial in last.items():
            self.rows.add(MessageSerial, division_code=self.home.code, year=int(year), last=serial)

    def _add(self, letter: Letter, number: str, contacts: Mapping[int, Mapping[str, Any]]) -> None:
        code, story = self.home.code, letter.about
        is_of_issue = letter.state in OF_AN_ISSUE
        channel = _SENT_BY[letter.id % len(_SENT_BY)]
        if letter.state is S.CONVERTED and story is not None:
            channel = MessageChannel(story.channel.value)
        add_with_journal(
            self.rows, MESSAGE_LIFECYCLE, ChannelMessage, list(_steps(letter)), id=letter.id, number=number,
            division_id=self.home.division_id, division_code=code, channel=channel, received_at=utc(letter.at),
            text=letter.text, topic_code=story.topic.code if story else None, place=story.place if story else None,
            issue_id=story.id if story and is_of_issue else None, discard_reason=letter.discard_reason,
            settled_at=utc(letter.settled_at), reply=letter.reply, replied_at=utc(letter.replied_at),
            reply_due_at=utc(letter.reply_due_at), created_at=utc(letter.taken_in_at),
        )  # fmt: skip
        for score, issue, reasons in self._candidates(letter):
            self.rows.add(
                MessageCandidate, message_id=letter.id, division_code=code, issue_id=issue, score=-score,
                reasons=" ".join(reasons),
            )  # fmt: skip
        contact = {"name": f"来电人{letter.id:05}", "phone": phone(letter.id % 10_000), "address": None}
        if letter.state is S.CONVERTED and story is not None:
            contact = dict(contacts.get(story.id, {}))
        if contact and letter.state is not S.DISCARDED:
            self.rows.add(MessageContact, message_id=letter.id, division_code=code, **contact)

    def _candidates(self, letter: Letter) -> list[tuple[int, int, list[Any]]]:
        """List the issues that were open when a message came in and that it may be about, the likeliest first."""
        story = letter.about
        if story is None:
            return []
        told = Told(story.topic.code, None, story.place, letter.text)
        found = []
        for other in self.stories:
            # Alike words alone are not enough.
            is_alike = other.topic.code == told.topic_code or other.place == told.place
            is_recent = letter.taken_in_at >= other.created_at >= letter.at - _DEDUP_DAYS * DAY
            if is_alike and is_recent and other.was_open(letter.taken_in_at):
                facts = Told(other.topic.code, other.site, other.place, other.description)
                score, reasons = compare(told, facts, False)
                if score >= _DEDUP_SCORE:
                    found.append((-score, other.id, reasons))
        return sorted(found)[:MAX_CANDIDATES]


def _may_have_been_sent(story: Story) -> bool:
    """Return whether an issue may have come as a message of somebody who gave a name."""
    is_alone = story.twin is None and story.state is not IssueState.MERGED
    return story.channel.value in _SENT_BY and not story.is_anonymous and is_alone


def _steps(letter: Letter) -> Iterator[Step]:
    yield Step(letter.taken_in_at, A.CREATE, S.RECEIVED, _STAFF)
    if letter.settled_at is not None:
        yield Step(letter.settled_at, _STEPS[letter.state], letter.state, _STAFF)
    if letter.state in OF_AN_ISSUE and letter.replied_at is not None:
        yield Step(letter.replied_at, A.REPLY, letter.state, _STAFF)
