"""What committees take part in and what they keep out of: the norms that a district publishes (rule W7)."""

from peewee import BigAutoField, Check, IntegerField

from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel

# How many norms of each kind a published version has: 六参与, 六不参与.
NORMS_OF_A_KIND = 6


class NormKind(GrowingEnum):
    """Whether committees take part in a matter (工作规范类别)."""

    PARTICIPATE = "PARTICIPATE", "Committees take part in the matter.", "六参与"
    ABSTAIN = "ABSTAIN", "Committees keep out of the matter.", "六不参与"


class ConductNorm(BaseModel):
    """One of the twelve norms of a district's published version (工作规范); an older version stays as it was."""

    id = BigAutoField()
    division_code = CodeField()
    version = IntegerField()
    kind = EnumField(NormKind)
    position = IntegerField()
    code = CodeField()
    text = LineField()
    published_at = UtcDateTimeField()
    published_by_name = LineField(null=True)

    class Meta:
        indexes = ((("division_code", "version", "kind", "position"), True),)
        constraints = [Check("version >= 1"), Check("position BETWEEN 1 AND 6")]
