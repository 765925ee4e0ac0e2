"""What holds of messages whatever happens: I29 to I31, and that each message is what its state says."""

from collections import Counter, defaultdict

from db.city.journal_check import verify_journals
from db.issues.ledger_check import verify
from db.messages.duplicates import MAX_CANDIDATES
from db.messages.models import OF_AN_ISSUE, ChannelMessage, MessageCandidate, MessageSerial, MessageState
from tests.issues.model.invariants import merges_have_no_cycle
from tests.issues.model.replay import replayed, reporters_told
from tests.issues.model.rows import ledgers, read


def check() -> None:
    """Check all of it, over all rows."""
    messages, rows = ChannelMessage.find_all(), read()
    merges_have_no_cycle(rows)
    check_numbers(messages)
    converted = [row.issue_id for row in messages if row.state is MessageState.CONVERTED]
    assert len(converted) == len(set(converted)), "an issue is that of one message"
    for row in messages:
        assert (row.state in OF_AN_ISSUE) == (row.issue_id is not None), row.number
        if row.state is MessageState.CONVERTED:
            assert rows["issue"][(row.issue_id,)]["channel"] == row.channel.value, row.number
    candidates = Counter(row.message_id for row in MessageCandidate.find_all())
    assert all(count <= MAX_CANDIDATES for count in candidates.values())
    linked = Counter(row.issue_id for row in messages if row.state is MessageState.LINKED)
    told = Counter(entry["issue_id"] for entry in rows["ledger_entry"].values() if entry["action"] == "LINK")
    assert told == linked, "the ledger has an entry for each message that joined the issue"


def check_histories() -> None:
    """Check I30: what the ledgers tell is how the issues stand, and all chains are whole."""
    rows = read()
    found = ledgers(rows)
    for issue in rows["issue"].values():
        if found[issue["id"]]:
            told = replayed(found[issue["id"]])
            assert {column: issue[column] for column in told} == told, issue["id"]
            assert issue["reporter_count"] == reporters_told(found[issue["id"]]), issue["id"]
    assert [one for one in verify_journals().findings if one.subject_type == "ChannelMessage"] == []
    assert [one for one in verify().findings if one.seq != 1] == []


def check_numbers(messages: list[ChannelMessage]) -> None:
    """Check I31: in each community and year, messages are numbered from 1 without gaps."""
    numbers = defaultdict[tuple[str, int], list[int]](list)
    for row in messages:
        prefix, code, year, place = row.number.split("-")
        assert (prefix, code) == ("LX", row.division_code)
        numbers[code, int(year)].append(int(place))
    for places in numbers.values():
        assert sorted(places) == list(range(1, len(places) + 1)), "I31"
    last = {(row.division_code, row.year): row.last for row in MessageSerial.select()}
    assert last == {key: len(places) for key, places in numbers.items()}, "I31"
