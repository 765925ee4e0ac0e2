"""Live through an outbreak in a founded community, over HTTP, as the city did: noticed, called, graded, handled, over.

It goes on in the community of `examples/founding.py`, once that is at its end, with the file that it keeps:

    .venv/bin/python -m examples.outbreak --keep var/founding.json

A grid worker notices it, the director calls out a team and a unit, the city grades it, and they come. Veterans keep a
checkpoint; somebody at home gets meals, shopping and comfort from neighbours; supplies worth 3,903,000 yuan come in and
go out; 2,038 problems are solved, a hundred at a time, which takes some minutes (`--problems` takes fewer). The
incident is stood down and reviewed, and the city assesses and ranks its committees. A shift has to end first, which
`flask tick` records as it runs every minute, and an assessment is of days that are over: the script then says when to
run it again, and goes on where it ended. Interrupted amid a hundred problems, it sends them once more with the same
keys, and none comes twice.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from examples.founding import CITY_TIME, City, Later, founded, go_on

AT_ONCE = 100
DUTY = "JOINT_PREVENTION"
# What people needed most: the title of a problem, and what was done about it.
PROBLEMS = (
    ("独居老人降压药快吃完了", "药已取回，送到门口。"),
    ("家中蔬菜不够吃", "蔬菜包已送到楼下。"),
    ("楼道垃圾没有清运", "垃圾已清走，楼道已消毒。"),
    ("孕妇产检无法出小区", "已派车接送产检。"),
    ("核酸检测排队时间太长", "已按楼栋错峰，增开一处采样点。"),
    ("老人不会用手机亮码", "志愿者已上门登记，发放纸质凭证。"),
)
NEIGHBOURS_DO = (
    ("MEALS", "午饭放在三号楼五零一门口"), ("SHOPPING", "代买牛奶两箱"), ("RUBBISH", "带走门口的生活垃圾"),
    ("COUNSELLING", "打电话陪我聊聊天"),
)  # fmt: skip
# In yuan, 3,903,000 together.
GIVEN, BOUGHT = "2600000.00", "1303000.00"
SHIFT_MINUTES = 30
# The days before the outbreak that are assessed with it.
DAYS_BEFORE = 30
WEIGHTS = {
    "MEETINGS_HELD": 10, "RESPONSE": 15, "RESOLUTION": 17, "SATISFACTION": 18, "ON_TIME": 10, "CLAIMS_KEPT": 10,
    "NOT_REOPENED": 5, "HOURS": 5, "SPONSOR_VISITS": 5, "COMPLIANT_DAYS": 5,
}  # fmt: skip
INCIDENT = "incident { number state }"


def moment(at: datetime) -> str:
    """Return a time as inputs take it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def about(city: City) -> dict[str, Any]:
    """Return the input that names the incident."""
    return {"incidentId": city.kept["outbreak"]["id"]}


def outbreak_noticed(city: City) -> None:
    """A grid worker notices that people of a compound fell ill (网格发现)."""
    home = city.kept["community"]
    found = city.do(
        "grid worker", "detectIncident", "incident { id number emergencyNumber }", divisionCode=home, kind="EPIDEMIC",
        title="示范小区出现聚集性发热", siteId=city.kept["compound"], place="三号楼",
    )  # fmt: skip
    city.kept["outbreak"] = found["incident"]
    print(f"  Incident {found['incident']['number']}; people call {found['incident']['emergencyNumber']} first.")


def outbreak_called(city: City) -> None:
    """The director calls out the veterans' team and the unit, for which somebody speaks from now on (社区呼叫)."""
    home, unit, team = city.kept["community"], city.kept["unit"], city.kept["team"]["id"]
    captain = city.kept["people"][1]
    city.opens_account("captain", captain, "clerk")
    liaison = city.joins("liaison", "单位值守联络员", "clerk")
    city.may(liaison, "subdistrict", "UNIT_CONTACT", home, organizationId=unit)
    city.do("director", "callIncident", INCIDENT, **about(city), parties=[team, unit], proposedGrade="I")


def outbreak_graded(city: City) -> None:
    """The city gives it the highest grade, and answers for it from now on (分级响应)."""
    city.do("city", "gradeIncident", INCIDENT, **about(city), grade="I", reason="已出现社区传播，按一级响应处置。")


def parties_deployed(city: City) -> None:
    """The team and the unit say with how many they come, and come; a member goes there, too (协同处置)."""
    query = "query($id: ID!) { incident(id: $id) { deployments(first: 2) { nodes { id party { __typename } } } } }"
    called = city.ask("clerk", query, id=city.kept["outbreak"]["id"])["incident"]["deployments"]["nodes"]
    city.kept["deployments"] = {}
    for one in called:
        who, headcount = {"VolunteerTeam": ("captain", 3), "Organization": ("liaison", 12)}[one["party"]["__typename"]]
        city.do(who, "answerDeployment", "deployment { state }", deploymentId=one["id"], headcount=headcount)
        city.do(who, "startDeployment", "deployment { state }", deploymentId=one["id"])
        city.kept["deployments"][who] = {"deploymentId": one["id"], "headcount": headcount}
    city.do(
        "director", "logVisit", "visit { id }", targetId=city.kept["compound"], visitedAt=moment(city.now()),
        form="ON_SITE", findings="逐户敲门登记，安抚居民。", **about(city),
    )  # fmt: skip


def checkpoint_kept(city: City) -> None:
    """Veterans keep a checkpoint in a shift that begins at once; their captain puts them on it and checks them in."""
    begins = city.now() + timedelta(minutes=2)
    ends = begins + timedelta(minutes=SHIFT_MINUTES)
    planned = city.do(
        "clerk", "planShifts", "results { shift { id endsAt } userErrors { code field message } }",
        divisionCode=city.kept["community"], kind="CHECKPOINT", place="示范小区东门", siteId=city.kept["compound"],
        startsAt=moment(begins), endsAt=moment(ends), lengthMinutes=SHIFT_MINUTES, needed=2, **about(city),
    )  # fmt: skip
    shift = city.kept["shift"] = planned["results"][0]["shift"]
    city.kept["places"] = []
    for person in city.kept["people"][2:4]:
        assigned = city.do(
            "captain", "assignShift", "shiftAssignment { id }", shiftId=shift["id"], personId=person, force="VETERAN"
        )["shiftAssignment"]["id"]  # fmt: skip
        city.do("captain", "checkInShift", "shiftAssignment { state }", assignmentId=assigned)
        city.kept["places"].append(assigned)


def helpers_ready(city: City) -> None:
    """Neighbours form a team that helps those who are monitored at home, and a health worker looks after them."""
    home = city.kept["community"]
    worker = city.joins("health worker", "居家监测员", "clerk")
    until = moment(city.now() + timedelta(days=60))
    city.may(worker, "subdistrict", "HEALTH_WORKER", home, endsAt=until)
    neighbours = [city.joins(f"neighbour {number}", f"热心邻居{number:02}", "clerk") for number in range(1, 6)]
    roles = ["CAPTAIN", *["MEMBER"] * (len(neighbours) - 1)]
    formed = city.do(
        "clerk", "formTeam", "volunteerTeam { id state }", divisionCode=home, name="居家健康监测志愿服务队",
        kind="HOME_MONITORING",
        members=[{"memberId": one, "role": role} for one, role in zip(neighbours, roles, strict=True)],
    )  # fmt: skip
    city.kept["helpers"] = formed["volunteerTeam"]["id"]


def person_at_home(city: City) -> None:
    """Somebody consents to be monitored at home, and measures their temperature (居家健康监测)."""
    name = "返家居民"
    person = city.joins("patient", name, "clerk")
    case = city.do(
        "health worker", "openMonitoring", "monitoringCase { id }", divisionCode=city.kept["community"],
        personId=person, personName=name, hasConsent=True, consentBy="SELF", siteId=city.kept["compound"],
        address="示范小区三号楼五零一", teamId=city.kept["helpers"], **about(city),
    )["monitoringCase"]["id"]  # fmt: skip
    city.kept["case"] = case
    city.do("patient", "recordReading", "monitoringCase { readingsDue }", caseId=case, temperature="36.5")


def neighbours_helped(city: City) -> None:
    """Neighbours bring meals, shop, take the rubbish away and listen, each once (邻里互助)."""
    wanted_by, shows = moment(city.now() + timedelta(hours=6)), "aidTask { id state }"
    for number, (kind, text) in enumerate(NEIGHBOURS_DO, 1):
        asked = city.do(
            "patient", "requestAid", shows, caseId=city.kept["case"], kind=kind, text=text, wantedBy=wanted_by
        )
        task, neighbour = asked["aidTask"]["id"], f"neighbour {number}"
        city.do(neighbour, "takeAidTask", shows, taskId=task)
        city.do(neighbour, "completeAidTask", shows, taskId=task, hours="0.5")
        city.do("patient", "confirmAidTask", shows, taskId=task, rating=5)


def supplies_handed_out(city: City) -> None:
    """The unit gives masks, the city buys some and passes them on, and the community hands them out (落实防疫物资)."""
    home = city.kept["community"]
    query = "query($code: String!) { division(code: $code) { ancestors { code level } } }"
    above = city.ask("city", query, code=home)["division"]["ancestors"]
    [code] = [division["code"] for division in above if division["level"] == "CITY"]
    city.kept["city code"] = code

    def do(who: str, mutation: str, stock: str, quantity: str, **given: Any) -> str:
        moved = city.do(who, mutation, "stock { quantity }", stockId=stock, quantity=quantity, **given, **about(city))
        return moved["stock"]["quantity"]

    masks = {"item": "MASK", "name": "医用口罩", "unit": "包"}
    of_city = city.do("city", "openStock", "stock { id }", divisionCode=code, **masks)["stock"]["id"]
    of_home = city.do("clerk", "openStock", "stock { id }", divisionCode=home, **masks)["stock"]["id"]
    pledged = city.do(
        "liaison", "pledgeDonation", "donation { id }", recipientId=city.kept["committee"], donorId=city.kept["unit"],
        kind="GOODS", item=masks["name"], unit=masks["unit"], quantity="52000", value=GIVEN,
        purposeNote="用于社区防疫。", **about(city),
    )["donation"]["id"]  # fmt: skip
    shows = "donation { receiptNumber } move { quantity }"
    city.do("clerk", "receiveDonation", shows, donationId=pledged, stockId=of_home)
    do("city", "receiveStock", of_city, "26060", value=BOUGHT, voucher="R-001")
    do("city", "transferStock", of_city, "26060", toStockId=of_home)
    left = do(
        "clerk", "issueStock", of_home, "78000", to="示范小区全体居民", siteId=city.kept["compound"], voucher="I-001"
    )
    print(f"  {left} packs of masks are left.")


def problems_solved(first: int, last: int) -> Callable[[City], None]:
    """Return the step in which some of the problems are submitted, accepted, assigned, dealt with and closed.

    first, last: their numbers.
    """

    def step(city: City) -> None:
        numbers, outbreak = range(first, last + 1), city.kept["outbreak"]["number"]

        def do(who: str, mutation: str, shows: str, number: int = first, **given: Any) -> Any:
            # Sent again with its key, a request is answered with what came of it the first time.
            key = f"{outbreak}-{mutation}-{number}"
            return city.do_quietly(who, mutation, shows, **given, idempotencyKey=key)

        wants = {number: PROBLEMS[number % len(PROBLEMS)] for number in numbers}
        concern = {
            "divisionCode": city.kept["community"], "channel": "GRID_PATROL", "duty": DUTY, "urgency": "URGENT",
            "siteId": city.kept["compound"], "contactName": "示范居民", **about(city),
        }  # fmt: skip
        rows = [
            {"title": f"{title}（{number}）", "description": f"{title}，请尽快解决。", **concern}
            for number, (title, _) in wants.items()
        ]
        shows = "results { issue { id createdAt } userErrors { code field message } }"
        submitted = do("grid worker", "submitIssues", shows, rows=rows)["results"]
        issues = {number: row["issue"] for number, row in zip(numbers, submitted, strict=True)}
        ids = {number: issue["id"] for number, issue in issues.items()}
        for number, key in ids.items():
            do("clerk", "acceptIssue", "issue { state }", number, issueId=key, urgency="URGENT", duty=DUTY)
        team = city.kept["team"]["id"]
        do("clerk", "assignIssues", shows, rows=[{"issueId": key, "handlerId": team} for key in ids.values()])
        for number, (_, result) in wants.items():
            # The same day, also when it is sent again on another.
            day = datetime.fromisoformat(issues[number]["createdAt"]).astimezone(CITY_TIME).date().isoformat()
            do(
                "captain", "reportIssueDone", "issue { state }", number, issueId=ids[number], result=result, doneOn=day,
                outcome="RESOLVED", evidence=[{"kind": "PHOTO", "description": result}],
            )  # fmt: skip
        closed = [
            {"issueId": key, "verification": "已电话回访。", "rating": 4 if number % 5 == 0 else 5}
            for number, key in ids.items()
        ]
        do("grid worker", "closeIssues", shows, rows=closed)
        print(f"  {last} of {city.kept['problems']} problems are solved.")

    step.__name__ = f"problems_{first}_to_{last}"
    return step


def situation_reported(city: City) -> None:
    """The city reports on the situation (情况报告)."""
    city.do(
        "city", "reportSituation", "report { at }", **about(city), text="社会面清零，居家监测平稳。", newCases=0,
        openCases=1, tested=960, helped=city.kept["problems"],
    )  # fmt: skip


def everybody_returned(city: City) -> None:
    """Once the shift is over, the veterans check out and everybody returns; nobody is monitored any more."""
    shift = city.kept["shift"]
    city.wait_until(datetime.fromisoformat(shift["endsAt"]))
    state = city.ask("clerk", "query($id: ID!) { shift(id: $id) { state } }", id=shift["id"])["shift"]["state"]
    if state != "ENDED":
        raise Later("The shift is over, but the clock has not run since: run `flask tick`, and then this again.")
    for place in city.kept["places"]:
        city.do("captain", "checkOutShift", "shiftAssignment { state }", assignmentId=place)
    for who, deployment in city.kept["deployments"].items():
        city.do(who, "endDeployment", "deployment { state }", **deployment)
    city.do(
        "health worker", "closeMonitoring", "monitoringCase { state }", caseId=city.kept["case"], outcome="COMPLETED"
    )


def outbreak_over(city: City) -> None:
    """The city stands the incident down (解除响应) and says what is to be learned from it (复盘)."""
    city.do("city", "standDownIncident", INCIDENT, **about(city), summary="连续无新增病例，解除一级响应。")
    city.do(
        "city", "reviewIncident", INCIDENT, **about(city),
        lessons="网格发现及时，邻里互助有力；今后须补齐独居老人用药清单。",
    )  # fmt: skip
    city.kept["reviewed on"] = city.today()


def committees_ranked(city: City) -> None:
    """After the last day that counts, the city assesses its committees, and publishes their ranking (考核、排名)."""
    last = datetime.fromisoformat(city.kept["reviewed on"]).replace(tzinfo=CITY_TIME)
    city.wait_until(datetime.combine(last + timedelta(days=1), time(), CITY_TIME))
    code = city.kept["city code"]
    weights = [{"indicator": indicator, "weight": weight} for indicator, weight in WEIGHTS.items()]
    city.do("city", "publishAssessmentScheme", "assessmentScheme { version }", divisionCode=code, weights=weights)
    opened = city.do(
        "city", "openAssessmentPeriod", "assessmentPeriod { id }", divisionCode=code,
        startsOn=(last - timedelta(days=DAYS_BEFORE)).date().isoformat(), endsOn=last.date().isoformat(),
    )  # fmt: skip
    period = city.kept["period"] = opened["assessmentPeriod"]["id"]
    for step in ("computeAssessment", "publishAssessment"):
        city.do("city", step, "assessmentPeriod { state }", assessmentPeriodId=period)


def steps(problems: int) -> Sequence[Callable[[City], None]]:
    """List the steps. problems: how many are solved."""
    firsts = range(1, problems + 1, AT_ONCE)
    return (
        outbreak_noticed, outbreak_called, outbreak_graded, parties_deployed, checkpoint_kept, helpers_ready,
        person_at_home, neighbours_helped, supplies_handed_out,
        *(problems_solved(first, min(first + AT_ONCE - 1, problems)) for first in firsts),
        situation_reported, everybody_returned, outbreak_over, committees_ranked,
    )  # fmt: skip


def report(city: City) -> str:
    """Say what came of it, as anybody may read it; what neighbours did at home is for offices to count."""
    named = {"incident": city.kept["outbreak"]["id"]}
    shown = city.ask(
        None,
        "query($incident: ID!, $period: ID!, $code: String!) { "
        "incident(id: $incident) { number title grade state lessons "
        "detectedAt calledAt gradedAt firstOnSiteAt stoodDownAt "
        "deployments(first: 5) { nodes { headcount } } "
        "solved: issues(filter: { state: { eq: CLOSED }, outcome: { eq: RESOLVED } }, first: 1) { totalCount } } "
        "division(code: $code) { stats { suppliesValue(incidentId: $incident) } } "
        "issued: stockMoveAggregate(filter: { incident: { id: { eq: $incident } }, kind: { eq: ISSUE } }) "
        "{ sum { quantity } } "
        "assessmentPeriod(id: $period) { startsOn endsOn "
        "published: ranking { rank committeeName total parts { indicator points weight } } "
        "trial: ranking(weights: { resolution: 60, onTime: 40 }) { rank committeeName total } } }",
        **named, period=city.kept["period"], code=city.kept["city code"],
    )  # fmt: skip
    helped = city.ask(
        "city",
        "query($incident: String!) { tasks: aidTaskAggregate(filter: { incidentId: { eq: $incident }, "
        "state: { eq: CONFIRMED } }) { count sum { hours } } }",
        **named,
    )["tasks"]  # fmt: skip
    incident, period = shown["incident"], shown["assessmentPeriod"]
    times = {
        name: datetime.fromisoformat(incident[column]).astimezone(CITY_TIME)
        for name, column in (
            ("noticed", "detectedAt"), ("called", "calledAt"), ("graded", "gradedAt"), ("on site", "firstOnSiteAt"),
            ("over", "stoodDownAt"),
        )
    }  # fmt: skip
    parties = [deployment["headcount"] for deployment in incident["deployments"]["nodes"]]
    return "\n".join([
        f"{incident['number']} {incident['title']}: grade {incident['grade']}, {incident['state']}",
        ", ".join(f"{name} {at:%Y-%m-%d %H:%M}" for name, at in times.items()),
        f"deployed: {len(parties)} parties with {sum(parties)} people",
        f"problems: {incident['solved']['totalCount']} solved",
        f"supplies: {shown['division']['stats']['suppliesValue']} yuan received, "
        f"{-Decimal(shown['issued']['sum']['quantity'])} packs of masks handed out",
        f"neighbours: {helped['count']} tasks done in {helped['sum']['hours']} hours",
        f"review: {incident['lessons']}",
        f"assessed from {period['startsOn']} to {period['endsOn']}:",
        *(f"  {row['rank']}. {row['committeeName']}: {row['total']} = {_sum_of(row)}" for row in period["published"]),
        "by resolution (60) and time (40) alone it would be:",
        *(f"  {row['rank']}. {row['committeeName']}: {row['total']}" for row in period["trial"]),
    ])  # fmt: skip


def _sum_of(row: dict[str, Any]) -> str:
    """Write how a total came about: what was assessed, with its points and weight."""
    parts = [part for part in row["parts"] if part["points"] is not None]
    whole = sum(part["weight"] for part in parts)
    added = " + ".join(f"{part['indicator']} {part['points']} × {part['weight']}" for part in parts)
    return f"({added}) ÷ {whole}"


def main() -> None:
    """Read where the server and the founded community are, and go on as far as can be gone today."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--problems", type=int, default=2038, help="how many are solved, 2,038 by default; the first run settles it"
    )
    city, given = founded(parser)
    problems = city.kept.setdefault("problems", given.problems)
    go_on(city, given.keep, steps(problems), report)


if __name__ == "__main__":
    main()
