"""The need list as issues come and go, and the claims that end with them (rules L1 and L4)."""

from db.models.claim import Claim, ClaimState, Need, NeedState
from db.models.issue import Issue
from db.verbs import Call


def list_need(call: Call, issue: Issue) -> None:
    """Put an accepted issue on its committee's need list, or back on it."""
    struck_off = Need.update(state=NeedState.OPEN, struck_off_at=None).where(
        Need.issue == issue.id, Need.committee == issue.committee_id, Need.state == NeedState.STRUCK_OFF
    )
    if not struck_off.execute():
        Need.create(
            issue=issue.id, committee=issue.committee_id, division_code=issue.division_code, title=issue.title,
            state=NeedState.OPEN, created_at=call.at,
        )  # fmt: skip


def strike_off(call: Call, issue: Issue, state: NeedState = NeedState.STRUCK_OFF) -> None:
    """Strike an issue off the need list, if it is on it. state: TRANSFERRED when it went elsewhere."""
    Need.update(state=state, struck_off_at=call.at).where(
        Need.issue == issue.id, Need.state.in_([NeedState.OPEN, NeedState.MET])
    ).execute()


def release_claims(call: Call, issue: Issue) -> int:
    """Release the open claims on an issue, which returns their capacity at once. Gives how many there were."""
    open_claims = Claim.state.in_([ClaimState.PENDING, ClaimState.CONFIRMED])
    released = Claim.update(state=ClaimState.RELEASED, ended_at=call.at).where(Claim.issue == issue.id, open_claims)
    return released.execute()
