"""How much of one definition is read and shown. Whatever is beyond is counted, and a diagnostic says so."""

from __future__ import annotations

CHARACTERS = 5_000_000
"""Of a definition that is read at all."""
OPERATIONS = 2_000
TYPES = 3_000
ROWS = 60_000
"""Properties, parameters and fields of one definition, wherever they are shown."""
ROWS_OF_ONE = 400
"""Properties of one object, and rows of one body beyond those of ROWS_OF_BODY."""
ROWS_OF_BODY = 120
"""Rows of one body after which types with a name are not opened any more."""
VALUES = 60
"""Values of one enumeration that are listed where a type is used."""
VALUES_OF_TYPE = 1_500
"""The same, where it is declared and nowhere else."""
VALUES_TEXT = 60_000
"""Characters of the values of one type, with what is said of each, beyond ROWS_OF_ONE of them."""
VALUE = 120
"""Characters of a name, a default or the like."""
ENUM_VALUE = 300
"""Characters of one value of an enumeration: some are sentences."""
DEPTH = 12
"""Objects within objects."""
OPENED = 2
"""Types with a name that are opened within one another below an operation."""
OPENED_OF_MANY = 1
"""The same, in a definition with more operations than MANY."""
MANY = 120
EXAMPLES = 4
"""Examples of one body."""
EXAMPLE = 6_000
"""Characters of one example."""
MADE_NODES = 150
"""Values in an example that is made of types."""
MADE_DEPTH = 6
TEXT = 20_000
"""Characters of one description."""
TOKENS = 400_000
"""Words and signs of a definition in GraphQL or protobuf."""
COMPLAINTS = 20
"""Complaints about one definition."""
