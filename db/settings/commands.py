"""How offices change settings: the city's anywhere, a district's within its district."""

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.officers import as_seen, division_of
from db.access.subjects import command
from db.places.models.division import Division
from db.settings.models import Setting, SettingKey
from db.settings.values import all_set


@command(division_of(Role.CITY_OFFICER, Role.DISTRICT_OFFICER))
def set_setting(call: Call, division: Division, standing: None, *, key: SettingKey, value: int) -> CommandResult:
    """Set a number that rules use, in a division and below it (设定参数); what was decided before stays.

    Raises:
        DomainError: NOT_FOUND, no such division; NOT_PERMITTED, officers of the city or of its district set it;
            STALE_OBJECT, it was set anew meanwhile; INVALID_INPUT, the value is out of the bounds of its key.
    """
    key.bound.check(value, ("value",), call.at)
    found = Setting.find(division_code=division.code, key=key)
    version = found.version if found else 0
    as_seen(call, version)
    values = {"value": value, "version": version + 1, "set_at": call.at, "set_by_name": call.actor.name}
    if found is None:
        found = Setting.create(division_code=division.code, key=key, **values)
    else:
        found.change(**values)
    all_set.forget_after_commit()
    return CommandResult({"setting": found.id})
