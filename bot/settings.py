"""What Cabbot is told from outside: environment variables, an `.env` file, and files that hold secrets.

Each setting is the variable `CABBOT_` + the field's name in capitals; `.env.example` explains them one by one.
A secret may come from a file instead: `CABBOT_SLACK_BOT_TOKEN_FILE=/run/secrets/token`.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot import setting_rules as rules
from bot.setting_sets import slack_contradictions, teams_contradictions
from handlers.policy.may_read import MayRead

PREFIX = "CABBOT_"
SLACK_API_URL = "https://slack.com/api/"
TEAMS_OPENID_METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
TEAMS_LOGIN_URL = "https://login.microsoftonline.com"
TEAMS_ISSUER = "https://api.botframework.com"

Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(rules.split_at_commas)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(rules.split_at_commas)]


class SettingsError(Exception):
    """Cabbot can't start as it is configured; each sentence names a variable and what would be right."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """Everything that may differ between two installations, checked as a whole when it is loaded."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: Annotated[SecretStr, AfterValidator(rules.database_url)] = SecretStr("sqlite:///cabbot.db")
    host: str = "127.0.0.1"
    port: Annotated[int, BeforeValidator(rules.port)] = 8080
    public_url: Annotated[str | None, AfterValidator(rules.public_url)] = None

    slack_bot_token: Annotated[SecretStr | None, AfterValidator(rules.token("xoxb-", "xoxe.xoxb-"))] = None
    slack_signing_secret: Annotated[Secrets, AfterValidator(rules.signing_secrets)] = ()
    slack_app_token: Annotated[SecretStr | None, AfterValidator(rules.token("xapp-"))] = None
    slack_client_id: str | None = Field(None, pattern=r"^\d+\.\d+$")
    slack_client_secret: SecretStr | None = None
    slack_api_url: Annotated[str, AfterValidator(rules.api_url)] = SLACK_API_URL

    teams_app_id: Annotated[str | None, AfterValidator(rules.guid("Application (client) ID of the registration"))] = (
        None
    )
    teams_app_password: Annotated[SecretStr | None, AfterValidator(rules.client_secret)] = None
    teams_tenant_id: Annotated[str | None, AfterValidator(rules.guid("Directory (tenant) ID of your Entra"))] = None
    teams_openid_metadata_url: Annotated[str, AfterValidator(rules.metadata_url)] = TEAMS_OPENID_METADATA_URL
    teams_login_url: Annotated[str, AfterValidator(rules.login_url)] = TEAMS_LOGIN_URL
    teams_issuer: Annotated[str, AfterValidator(rules.issuer)] = TEAMS_ISSUER
    teams_service_urls: Annotated[Words, AfterValidator(rules.origins)] = ()
    teams_insecure_local: bool = False

    media_origins: Annotated[Words, AfterValidator(rules.media_origins)] = ()
    media_folders: Annotated[Words, AfterValidator(rules.media_folders)] = ()
    media_max_bytes: Annotated[int, BeforeValidator(rules.media_max_bytes)] = 2 * 1024**3

    policy_file: Annotated[Path | None, AfterValidator(rules.readable_file)] = None
    admins: Annotated[Words, AfterValidator(rules.admins)] = ()
    encryption_key: Annotated[Secrets, AfterValidator(rules.encryption_keys)] = ()
    audit_anchor_file: Annotated[Path | None, AfterValidator(rules.writable_place)] = None
    log_format: Literal["console", "json"] = "console"

    @property
    def socket_mode(self) -> bool:
        """Slack is reached by a connection that Cabbot opens, so no public address is needed."""
        return self.slack_app_token is not None

    @property
    def oauth(self) -> bool:
        """Workspaces install the app themselves at /slack/install."""
        return self.slack_client_id is not None

    @property
    def slack(self) -> bool:
        """There is a way to speak with Slack at all."""
        return self.slack_bot_token is not None or self.oauth

    @property
    def teams(self) -> bool:
        """Teams is served: with authentication, or for a local trial without."""
        return self.teams_app_id is not None or self.teams_insecure_local

    @property
    def may_read(self) -> MayRead:
        """From where the artifacts of releases are read."""
        return MayRead(self.media_origins, self.media_folders)

    def secret_values(self) -> tuple[str, ...]:
        """Every secret in clear, for the one who strikes them out of the logs."""
        found: list[str] = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            values = value if isinstance(value, tuple) else (value,)
            found += [one.get_secret_value() for one in values if isinstance(one, SecretStr)]
        password = rules.password_of(self.database_url.get_secret_value())
        return tuple(secret for secret in (*found, password) if secret)

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        problems = slack_contradictions(
            bot_token=self.slack_bot_token is not None,
            signing_secret=bool(self.slack_signing_secret),
            app_token=self.socket_mode,
            client_id=self.slack_client_id is not None,
            client_secret=self.slack_client_secret is not None,
            encryption_key=bool(self.encryption_key),
            public_url=self.public_url is not None,
        )
        problems += teams_contradictions(
            app_id=self.teams_app_id is not None,
            app_password=self.teams_app_password is not None,
            tenant_id=self.teams_tenant_id is not None,
            insecure_local=self.teams_insecure_local,
            loopback=rules.is_loopback(self.host),
        )
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        named = SecretFiles(settings_cls, {**_variables(dotenv_settings), **_variables(env_settings)})
        return init_settings, named, env_settings, dotenv_settings


class SecretFiles(PydanticBaseSettingsSource):
    """Reads the secrets whose variable ends in `_FILE` and names a file, as container platforms hand them out."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = variable_name(field_name)
        path = self._variables.get(f"{variable}_FILE") if field_name in SECRETS else None
        if not path:
            return None, field_name, False
        if self._variables.get(variable):
            raise SettingsError((f"{variable} and {variable}_FILE are both set; keep the one that is meant.",))
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            sentence = f"{variable}_FILE names a file that can't be read ({why}); name a readable file with the secret."
            raise SettingsError((sentence,)) from None

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields
        values = {name: self.get_field_value(field, name)[0] for name, field in fields.items()}
        return {name: value for name, value in values.items() if value is not None}


def _variables(source: PydanticBaseSettingsSource) -> dict[str, str | None]:
    """The source's variables under their real, capital names (pydantic-settings keeps them in small letters)."""
    if not isinstance(source, EnvSettingsSource | DotEnvSettingsSource):
        return {}
    return {name.upper(): value for name, value in source.env_vars.items()}


def variable_name(field: str) -> str:
    return PREFIX + field.upper()


SECRETS = frozenset(name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation))
VARIABLES = tuple(variable_name(name) for name in Settings.model_fields)


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read and check the settings of this process; a variable of the environment wins over the file's.

    Raises SettingsError with a sentence for everything that is wrong.
    """
    try:
        _refuse_misspelled(env_file)
        return Settings(_env_file=env_file)
    except ValidationError as error:
        sentences = [sentence for problem in error.errors() for sentence in _sentences(problem)]
        raise SettingsError(tuple(sentences)) from None


def _sentences(problem: Mapping[str, Any]) -> list[str]:
    """One problem found by pydantic, in words that never repeat the value: it may be a secret."""
    cause = problem.get("ctx", {}).get("error")
    if not problem["loc"]:  # the check of the whole names its variables itself
        return str(cause).splitlines()
    field = str(problem["loc"][0])
    return [f"{variable_name(field)} {cause or rules.EXPECTED[field]}"]


def _refuse_misspelled(env_file: Path | None) -> None:
    """A setting that is nearly spelled right would be ignored silently, and its default would surprise."""
    known = {*VARIABLES, *(f"{variable_name(name)}_FILE" for name in SECRETS)}
    given = {*os.environ, *(dotenv_values(env_file) if env_file else ())}
    sentences = []
    for name in sorted(name for name in given if name.upper().startswith(PREFIX) and name.upper() not in known):
        nearest = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
        if nearest:
            sentences.append(f"{name} isn't a setting of Cabbot; {nearest[0]} is the nearest one.")
    if sentences:
        raise SettingsError(tuple(sentences))
