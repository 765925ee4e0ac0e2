"""What files bring to the city as a whole."""

from db.files.clock import RULES
from db.kernel.context import DomainContext

# Their table is listed before those of the nouns that refer to it.
CONTEXT = DomainContext((), clock=RULES)
