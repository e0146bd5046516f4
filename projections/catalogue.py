"""Every register: the one list that the tools, the engine and the docs read."""

from projections.declare import Register
from projections.messages import MESSAGES

REGISTERS: tuple[Register, ...] = (MESSAGES,)
