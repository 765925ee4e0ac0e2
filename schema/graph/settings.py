"""Settings: what offices set for the divisions below them, and how."""

from db.access.models.access import TokenScope
from db.places.models.division import DivisionLevel, code_at
from db.settings.commands import set_setting
from db.settings.models import Setting as Table
from db.settings.models import SettingKey
from schema.catalog.declare import column, every, many, model_type
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation
from schema.catalog.registry import Context


@model_type(Table, "A number that rules use, set for a division and all below it (参数设定).")
class Setting:
    """Everybody sees all of them."""

    division_code = column("The code of the division that the value was set for.")
    key = column("The number that was set; its description has its default.")
    value = column("The value, in the unit that the key names.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
    set_at = column("When the value was last set.")
    set_by_name = column("The name of the officer who last set the value.")


CONTEXT = Context(
    types=(Setting,),
    roots={"settings": every("Setting", "All settings, by division and key.", order="division_code key")},
    additions={
        "Division": {
            "settings": many(
                "Setting",
                "Settings of this division and those above it, nearest first; of each key the first one applies, and "
                "without one its default.",
                on=lambda division, row: row.division_code.in_(
                    [code_at(division.code, level) for level in DivisionLevel]
                ),
                order="-division_code key",
            ),
        },
    },
    mutations={
        TokenScope.OFFICES: (
            Mutation(
                "setSetting",
                "Set a number that rules use, in a division and all below it; for officers of the city, and of a "
                "district within it (设定参数).",
                set_setting,
                (
                    Argument("key", SettingKey, "The number to set, whose description has its bounds."),
                    Argument("value", Kind.INT, "The new value, in the unit that the key names."),
                ),
                {"setting": "Setting"},
                is_versioned=True,
            ),
        ),
    },
)
