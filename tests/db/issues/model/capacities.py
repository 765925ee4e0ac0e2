"""What an account is towards an issue, by rows alone and without `db.issues.policy`: the model picks actors by it."""

from tests.db.issues.model.rows import Row, Rows, of

LEVELS = ("COMMUNITY", "SUBDISTRICT", "DISTRICT", "CITY")
SEATS = ("MEMBER", "DEPUTY_DIRECTOR", "DIRECTOR")


def grants_of(rows: Rows, account_id: int, now: str) -> list[Row]:
    """List the roles that an account holds at a moment."""
    return [
        grant
        for grant in of(rows, "role_grant", account_id=account_id)
        if grant["starts_at"] <= now and (grant["ends_at"] is None or grant["ends_at"] > now)
    ]


def capacities(rows: Rows, account_id: int, issue: Row, now: str) -> set[str]:
    """Return what an account is towards an issue."""
    seats = {row["id"] for row in of(rows, "member", account_id=account_id) if row["is_active"]}
    found = {"ANYBODY"}
    if issue["reporter_id"] == account_id or issue["submitter_id"] in seats:
        found.add("REPORTER")
    if issue["handler_account_id"] == account_id or issue["handler_member_id"] in seats:
        found.add("HANDLER")
    for grant in grants_of(rows, account_id, now):
        found |= _by_grant(grant, issue)
    return found


def _by_grant(grant: Row, issue: Row) -> set[str]:
    role, level = grant["role"], LEVELS.index(issue["current_level"])
    covers = grant["division_code"] <= issue["division_code"] <= grant["last_code"]
    if role in SEATS:
        if grant["committee_id"] != issue["committee_id"]:
            return set()
        leads = role != "MEMBER" and level == 0
        return {"MEMBER", "CLAIMANT", "DIRECTOR"} if leads else {"MEMBER", "CLAIMANT"}
    if role in ("UNIT_CONTACT", "TEAM_CAPTAIN"):
        party = "organization_id" if role == "UNIT_CONTACT" else "team_id"
        handles = grant[party] is not None and grant[party] == issue[f"handler_{party}"]
        return ({"HANDLER"} if handles else set()) | ({"CLAIMANT"} if covers else set())
    if not covers:
        return set()
    if role.endswith("_OFFICER"):
        return _by_office(LEVELS.index(role.removesuffix("_OFFICER")), level)
    if role == "RESIDENT":
        return {"CLAIMANT"}
    if role == "STAFF":
        return {"STAFF"} if level == 0 else set()
    return {role} & {"GRID_WORKER", "LEADER"}


def _by_office(office: int, level: int) -> set[str]:
    is_next = office == min(level + 1, len(LEVELS) - 1)
    return (
        ({"OFFICER"} if office == level else set())
        | ({"SUPERIOR"} if is_next else set())
        | ({"OVERSEER"} if office > level else set())
    )
