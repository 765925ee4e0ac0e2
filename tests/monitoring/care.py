"""What the tests of monitoring ask with: a town in an outbreak, with a health worker, a patient and volunteers."""

from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.kernel.fields import utc_text
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.monitoring.factories import make_helping_team, make_outbreak
from tests.people.factories import make_person
from tests.sites.factories import make_site
from tests.teams.factories import make_team_membership

NAME, PHONE, ADDRESS, WISH = "赵甲乙", "13800005678", "示范小区3号楼501", "把降压药放在三号楼501门口"
DAY = timedelta(days=1)


class Care:
    """The home community of a town: `health` looks after people, `resident` is the patient, `volunteer` helps."""

    def __init__(self, ask: Asking) -> None:
        self.ask, self.town = ask, ask.town
        home = self.town.home.division
        for who in ("health", "volunteer", "helper"):
            self.town.accounts[who] = make.make_account(name=f"示范{who}")
        make.make_role_grant(Role.HEALTH_WORKER, home, account=self.town.accounts["health"])
        self.team, self.site, self.outbreak = make_helping_team(home), make_site(home), make_outbreak(home)
        self.patient = make_person(home, name=NAME, phone=PHONE, account=self.town.accounts["resident"])
        self.volunteers: dict[str, models.Person] = {}
        for who, name in (("volunteer", "钱丙丁"), ("helper", "孙戊")):
            make.make_role_grant(Role.RESIDENT, home, account=self.town.accounts[who])
            self.volunteers[who] = make_person(home, name=name, account=self.town.accounts[who])
            make_team_membership(self.team, self.volunteers[who])

    def do(self, who: str, name: str, at: Any = AT, /, **given: Any) -> Any:
        """Perform a mutation; return how it was refused."""
        return self.ask.refused(who, name, at, **given)

    def wanted(self, **given: Any) -> dict[str, Any]:
        """Return the input that opens the patient's case."""
        return {
            "divisionCode": self.town.home.division_code, "incidentId": f"Incident_{self.outbreak.id}",
            "personId": f"Person_{self.patient.id}", "personName": NAME, "hasConsent": True, "consentBy": "SELF",
            "siteId": f"Site_{self.site.id}", "address": ADDRESS, "teamId": f"VolunteerTeam_{self.team.id}", **given,
        }  # fmt: skip

    def open(self, who: str = "health", at: Any = AT, **given: Any) -> str:
        """Open the patient's case and return its id."""
        payload = self.ask.change(who, "openMonitoring", "monitoringCase { id }", at, **self.wanted(**given))
        assert payload["userErrors"] == []
        return payload["monitoringCase"]["id"]

    def request(self, case: str, who: str = "resident", at: Any = AT, **given: Any) -> str:
        """Ask for help and return the task's id."""
        wanted = {"caseId": case, "kind": "MEDICINE", "text": WISH, "wantedBy": utc_text(at + DAY), **given}
        payload = self.ask.change(who, "requestAid", "aidTask { id }", at, **wanted)
        assert payload["userErrors"] == []
        return payload["aidTask"]["id"]

    def read(self, who: str | None, text: str, at: Any = AT) -> Any:
        """Ask a document, and return its data."""
        answer = self.ask.answer(who, text, at)
        assert "errors" not in answer, answer
        return answer["data"]
