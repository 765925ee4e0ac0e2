"""Exceptions to the working calendar."""

from peewee import BigAutoField, BooleanField

from db.kernel.fields import DayField
from db.kernel.model import BaseModel


class WorkCalendarDay(BaseModel):
    """A day on which offices work or not, whatever the built-in calendar says (工作日调整)."""

    id = BigAutoField()
    day = DayField(unique=True)
    is_working_day = BooleanField()
