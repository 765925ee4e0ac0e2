"""What the clock does for matches: those that nobody answered in time lapse."""

from db.access.clock import ClockRule, Due, TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.matches.lifecycle import MATCH_LIFECYCLE
from db.matches.models import Match, MatchState


def lapse_matches(call: Call, report: TickReport) -> None:
    """End each match whose last day for an answer is over."""

    def lapse(match: Match) -> None:
        move(call, MATCH_LIFECYCLE, match, JournalAction.LAPSE)
        report.counts["matches lapsed"] += 1

    _unanswered.for_each(call, lapse)


_unanswered = Due(Match, lambda tick: (Match.state == MatchState.SUGGESTED) & (Match.answer_by < tick.today))

RULES: tuple[ClockRule, ...] = (lapse_matches,)
