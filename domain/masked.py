"""Masked text: values that identify somebody and so are never shown in a log, a repr or a message.

pydantic's own error text quotes the refused input, so a model with such a field sets `hide_input_in_errors`.
"""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

MASK = "••••••••••"


@dataclass(frozen=True, slots=True, repr=False)
class MaskedText:
    """A checked text whose `repr` and `str` are masked; only `.value` gives it away.

    A dump of its model holds it as a plain string, checked again when read. A subclass names its form and its checks.
    """

    form: ClassVar[str]

    value: str

    def __post_init__(self) -> None:
        self.check(self.value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({MASK})"

    @classmethod
    def check(cls, value: str) -> None:
        """Raise a ValueError that says what is wrong, without the value."""
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(
            cls._of, core_schema.str_schema(pattern=cls.form, strict=True)
        )
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.plain_serializer_function_ser_schema(
                attrgetter("value"), return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def _of(cls, value: str) -> Self:
        return cls(value)
