"""The settings: every environment variable that Rigsbog reads, what it means and what it is without being set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

from platformdirs import user_data_dir
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from domain.errors import ErrorKind, RigsbogError
from domain.identity.cpr import could_be_cpr
from domain.identity.cvr import NotACvrNumber, parse_cvr

MASKED = "********"
OPERATOR_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"


class Environment(StrEnum):
    """What the installation is for; in production nothing is made up that was not set."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class WrongSetting(RigsbogError):
    """A setting has a value that cannot be used: correct the environment variable that the message names."""

    kind = ErrorKind.CONFIGURATION


class Settings(BaseSettings):
    """Each field is one variable; `rigsbog doctor` and docs/settings.md show its description."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True)

    environment: Environment = Field(
        Environment.DEVELOPMENT,
        alias="RIGSBOG_ENV",
        description="Its purpose: development, test or production.",
    )
    home: Path = Field(
        default_factory=lambda: Path(user_data_dir("rigsbog")),
        alias="RIGSBOG_HOME",
        description="The folder of documents, keys and the embedded server; by default the user's data folder.",
    )
    database_url: SecretStr | None = Field(
        None,
        alias="DATABASE_URL",
        description="The PostgreSQL server; without it an embedded one in the home folder, except in production.",
    )
    read_url: SecretStr | None = Field(
        None, alias="RIGSBOG_READ_URL", description="A read replica that answers questions about the past."
    )
    authority: str = Field(
        "34051178",
        alias="RIGSBOG_AUTHORITY",
        description="CVR number of the authority that operates the solution (by default Digitaliseringsstyrelsen's).",
    )
    operator: str = Field(
        "unnamed",
        alias="RIGSBOG_OPERATOR",
        pattern=OPERATOR_PATTERN,
        description="Who operates: a role or a pseudonym, recorded in facts.",
    )
    kek: SecretStr | None = Field(
        None, alias="RIGSBOG_KEK", description="The key-encryption key itself, 32 bytes in base64."
    )
    kek_file: Path | None = Field(
        None, alias="RIGSBOG_KEK_FILE", description="A file of mode 0600 that holds the key-encryption key."
    )
    seal_key_file: Path | None = Field(
        None, alias="RIGSBOG_SEAL_KEY_FILE", description="A file of mode 0600 that holds the key that signs the log."
    )
    seal_command: SecretStr | None = Field(
        None, alias="RIGSBOG_SEAL_COMMAND", description="A command that signs instead, by a hardware security module."
    )
    seal_public_key: str | None = Field(
        None, alias="RIGSBOG_SEAL_PUBLIC_KEY", description="The public key (vkey) of RIGSBOG_SEAL_COMMAND."
    )
    origin: str | None = Field(None, alias="RIGSBOG_ORIGIN", description="The permanent name of the signed log.")
    witness_policy: Path | None = Field(
        None, alias="RIGSBOG_WITNESS_POLICY", description="A file of witnesses, and how many of them must cosign."
    )
    record_check_rate: int = Field(
        500,
        alias="RIGSBOG_RECORD_CHECK_RATE",
        ge=1,
        le=1_000_000,
        description="How many sealed records a second `rigsbog run` compares with the seal again, in rounds.",
    )
    record_check_pause_seconds: int = Field(
        3_600,
        alias="RIGSBOG_RECORD_CHECK_PAUSE_SECONDS",
        ge=0,
        le=31_536_000,
        description="How many seconds `rigsbog run` waits after such a round of all sealed records before the next.",
    )
    virus_scanner: str | None = Field(
        None,
        alias="RIGSBOG_VIRUS_SCANNER",
        description="A command that reads a file on standard input and ends with 0 when it is clean and 1 when it holds"
        " a virus, such as `clamdscan -`; without it letters are not scanned.",
    )
    basis: str | None = Field(
        None,
        alias="RIGSBOG_BASIS",
        description="The legal basis of readings whose command names none, for the session of somebody who reads much.",
    )
    pg_programs: Path | None = Field(
        None, alias="RIGSBOG_PG_BIN", description="A folder of PostgreSQL's programs, instead of the installed wheel's."
    )
    pg_account: str | None = Field(
        None, alias="RIGSBOG_PG_USER", description="The account that runs the embedded server when root starts it."
    )
    notify_socket: str | None = Field(
        None, alias="NOTIFY_SOCKET", description="The socket of the supervisor, set by systemd (sd_notify(3))."
    )
    watchdog_microseconds: Annotated[int, NoDecode] | None = Field(
        None, alias="WATCHDOG_USEC", gt=0, description="The watchdog's time limit, set by systemd (sd_notify(3))."
    )

    hints: ClassVar[Mapping[str, str]] = {
        "RIGSBOG_ENV": "unset it, or set it to development, test or production",
        "RIGSBOG_AUTHORITY": "set it to the authority's CVR number, eight digits",
        "RIGSBOG_OPERATOR": (
            "set it to at most 64 letters, digits and . _ @ -, a role or a pseudonym, and never a CPR number"
        ),
        "WATCHDOG_USEC": "set it to a number of microseconds, as systemd does",
    }

    @field_validator("authority")
    @classmethod
    def _cvr_number(cls, value: str) -> str:
        try:
            return parse_cvr(value).value
        except NotACvrNumber as error:
            raise ValueError(str(error)) from error

    @field_validator("operator")
    @classmethod
    def _no_cpr_number(cls, value: str) -> str:
        if could_be_cpr(value):
            raise ValueError
        return value

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` read."""
        return (init_settings,)

    def shown(self) -> dict[str, str | None]:
        """Every variable and its value in use, as text; secrets are masked, None is not set."""
        values: dict[str, str | None] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            values[str(field.alias)] = None if value is None else MASKED if isinstance(value, SecretStr) else str(value)
        return values


VARIABLES = frozenset(str(field.alias) for field in Settings.model_fields.values())


def meanings() -> dict[str, str]:
    """Every variable and what it means."""
    return {str(field.alias): field.description or "" for field in Settings.model_fields.values()}


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the process's environment, or of the mapping. Raises WrongSetting, which shows no value."""
    given = os.environ if environment is None else environment
    for name in sorted(given):
        meant = _meant(name)
        if meant is not None:
            raise WrongSetting(f"{name} is not a setting. Did you mean {meant}? `rigsbog doctor` lists every setting.")
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in given.items() if value}
    try:
        return Settings(**source())
    except ValidationError as error:
        raise WrongSetting(" ".join(_wrong(dict(item)) for item in error.errors(include_input=False))) from None


def _meant(name: str) -> str | None:
    """The setting that a misspelt variable means; None for a setting, and for what resembles none."""
    prefix = "RIGSBOG_"
    if name in VARIABLES or not name.startswith(prefix):
        return None
    known = [variable.removeprefix(prefix) for variable in VARIABLES if variable.startswith(prefix)]
    close = get_close_matches(name.removeprefix(prefix), known, n=1, cutoff=0.75)
    return prefix + close[0] if close else None


def child_environment() -> dict[str, str]:
    """The process's environment, for a program that is started from here."""
    return dict(os.environ)


def _wrong(error: Mapping[str, Any]) -> str:
    name = str(error["loc"][0])
    return f"{name} cannot be used: {Settings.hints.get(name, error['msg'])}."
