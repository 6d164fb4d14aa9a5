"""What an operator can set, in one place: environment variables named TOCSIN_...

Frozen and checked once at start. A missing, malformed or unknown variable stops the
start with one sentence that names it, because a typing error in a monitoring system
must not silently mean "the default". Secrets are read from files, never from variables.
"""

from __future__ import annotations

import os
import socket
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.addresses import parse_addresses
from shared.errors import ConfigurationError

PREFIX = "TOCSIN_"
Secured = Literal["kafka", "mongo", "elasticsearch", "alerts_smtp"]

# Read by the commands that start things (make, deploy/local), not by the services.
LAUNCHER_VARIABLES = frozenset(
    {
        "TOCSIN_ALERTS_PORT",
        "TOCSIN_ANALYSIS_PORT",
        "TOCSIN_CAPTURE_WRITER",
        "TOCSIN_CHECK_FAULTS",
        "TOCSIN_CORPUS",
        "TOCSIN_DATA",
        "TOCSIN_DEMO_CONTROL_PORT",
        "TOCSIN_DEMO_NETWORK",
        "TOCSIN_DEMO_PORT",
        "TOCSIN_ELASTICSEARCH_HEAP_MB",
        "TOCSIN_ELASTICSEARCH_PORT",
        "TOCSIN_ELASTICSEARCH_TRANSPORT_PORT",
        "TOCSIN_INDEXER_PORT",
        "TOCSIN_INGEST_PORT",
        "TOCSIN_KAFKA_CONTROLLER_PORT",
        "TOCSIN_KAFKA_PORT",
        "TOCSIN_LAG_PORT",
        "TOCSIN_MONGO_PORT",
        "TOCSIN_PROMETHEUS_PORT",
    }
)


class Settings(BaseSettings):
    """The settings of one process; units are in the names or the descriptions."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    env: Literal["development", "demonstration", "test", "production"] = Field(
        "development", description="Where this runs; production refuses demonstration settings."
    )
    namespace: str = Field(
        "",
        pattern=r"^([a-z0-9]+-)?$",
        description="Prefix of topics, groups, databases and indices; ends in a hyphen.",
    )
    state_dir: Path = Field(Path(".tocsin"), description="Where local state is kept.")
    config_dir: Path = Field(
        Path("deploy/config"), description="Folder with outlets/, desks/ and rules/."
    )
    lexicons: Path | None = Field(
        None,
        description="Folder with terms of abuse for the desks' groups, kept outside the"
        " repository; unset: none are known.",
    )
    captures_dir: Path = Field(
        Path(".tocsin/captures"), description="Folder of the WARC files that hold raw evidence."
    )
    log_format: Literal["json", "console"] = Field("json", description="Form of log lines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least level that is logged."
    )

    kafka_bootstrap: str = Field("127.0.0.1:9092", description="Brokers, host:port, by comma.")
    kafka_username: str | None = Field(
        None, description="SASL principal; unset means no authentication."
    )
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="How the password is proved to Kafka."
    )
    kafka_password_file: Path | None = Field(None, description="File with its password.")
    kafka_replication: int = Field(1, ge=1, description="Copies of each topic that is created.")
    mongo_url: str = Field(
        "mongodb://127.0.0.1:27017", description="MongoDB address, without a password."
    )
    mongo_username: str | None = Field(None, description="MongoDB user; unset means none.")
    mongo_password_file: Path | None = Field(None, description="File with its password.")
    elasticsearch_url: str = Field("http://127.0.0.1:9200", description="Elasticsearch address.")
    elasticsearch_username: str | None = Field(None, description="User; unset means none.")
    elasticsearch_password_file: Path | None = Field(None, description="File with its password.")
    secrets_dir: Path | None = Field(
        None,
        description="Folder of the passwords that `prepare` gives to the engines' users; unset"
        " where the engines have them.",
    )

    ops_host: str = Field("127.0.0.1", description="Address of health and metrics routes.")
    ops_port: int = Field(8070, ge=0, le=65535, description="Port of health and metrics routes.")

    consume_max_poll_seconds: float = Field(
        86_400,
        gt=0,
        description="How long a batch may take before Kafka drops the worker from its group.",
    )
    consume_park_after: int = Field(
        50, ge=1, description="Dead letters in a row after which a worker parks."
    )
    consume_stuck_seconds: float = Field(
        120, gt=0, description="Lag without progress after which the watchdog ends the process."
    )
    consume_retry_seconds: float = Field(
        60, gt=0, description="Longest pause between attempts while a dependency is away."
    )

    alerts_coalesce_seconds: float = Field(
        60,
        ge=0,
        le=3600,
        description="Least time between two revisions of a signal that only add evidence.",
    )

    alerts_sender: str = Field(
        "tocsin@localhost",
        pattern=r"^[^\s,<>&]+@[^\s,<>&]+$",
        description="Address that alerts come from, in mails and CAP messages.",
    )
    alerts_recipients_file: Path | None = Field(
        None, description="File with the addresses of recipients, by reference; unset: nobody."
    )
    alerts_smtp_host: str | None = Field(None, description="Mail server; unset means no mail.")
    alerts_smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    alerts_smtp_starttls: bool = Field(True, description="Encrypt the way to the mail server.")
    alerts_smtp_username: str | None = Field(None, description="Mail account; unset means none.")
    alerts_smtp_password_file: Path | None = Field(None, description="File with its password.")
    alerts_publish_dir: Path | None = Field(
        None, description="Folder for Atom feeds, CAP and STIX files; unset means none."
    )

    portal_host: str = Field("127.0.0.1", description="Address on which the portal listens.")
    portal_port: int = Field(8080, ge=0, le=65535, description="Port of the portal.")
    portal_hosts: tuple[str, ...] = Field(
        ("127.0.0.1", "localhost"),
        description="Host names by which the portal may be asked for (JSON list, no ports).",
    )
    portal_https: bool = Field(
        False, description="Browsers reach the portal by https; compulsory in production."
    )
    portal_trusted_proxies: tuple[str, ...] = Field(
        (),
        description="Addresses or networks of proxies whose X-Forwarded-For counts (JSON list);"
        " empty: every connection is from its peer.",
    )
    portal_assets_dir: Path = Field(
        Path("node_modules"), description="Folder that `npm ci` filled, for htmx."
    )
    portal_session_hours: float = Field(
        12, gt=0, le=168, description="Hours after which a signed-in person signs in again."
    )

    portal_requests_per_minute: int = Field(
        600, ge=1, description="Requests a signed-in person or a key may send a minute."
    )
    portal_visits_per_minute: int = Field(
        120, ge=1, description="Requests that one address may send a minute without an account."
    )

    ingest_allowed_addresses: str = Field(
        "",
        description="Exact addresses of recorded outlets, host:port by comma; never in production.",
    )
    ingest_allowed_pause_seconds: float = Field(
        0,
        ge=0,
        le=60,
        description="Pause between requests to one of those addresses; elsewhere it is 5 seconds.",
    )
    ingest_pages_in_flight: int = Field(
        50, ge=1, le=1000, description="Pages fetched or waiting for their outcome at once."
    )
    ingest_extract_processes: int = Field(
        0, ge=0, le=256, description="Processes that parse pages; 0 means one for each core."
    )
    ingest_contact: str = Field(
        "", max_length=200, description="Address for site owners, shown in the user agent."
    )

    @field_validator("ingest_allowed_addresses")
    @classmethod
    def _addresses(cls, value: str) -> str:
        parse_addresses(value)
        return value

    @field_validator("portal_trusted_proxies")
    @classmethod
    def _proxies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one)
        return value

    @model_validator(mode="after")
    def _no_demonstration_in_production(self) -> Self:
        if self.env == "production" and self.ingest_allowed_addresses:
            raise ValueError(
                "TOCSIN_INGEST_ALLOWED_ADDRESSES is for demonstrations and tests: remove it"
                " where TOCSIN_ENV is production"
            )
        return self

    @field_validator("namespace")
    @classmethod
    def _short(cls, value: str) -> str:
        if len(value) > 40:  # noqa: PLR2004 - MongoDB allows 63 bytes for a database name
            raise ValueError("at most 40 characters")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name in ("kafka", "mongo", "elasticsearch", "alerts_smtp"):
            user = getattr(self, f"{name}_username")
            file = getattr(self, f"{name}_password_file")
            if (user is None) != (file is None):
                raise ValueError(
                    f"TOCSIN_{name.upper()}_USERNAME and TOCSIN_{name.upper()}_PASSWORD_FILE"
                    " belong together: set both or neither"
                )
        return self

    def password(
        self, engine: Literal["kafka", "mongo", "elasticsearch", "alerts_smtp"]
    ) -> str | None:
        """Return the password of *engine* from its file, or None where none is set."""
        file: Path | None = getattr(self, f"{engine}_password_file")
        if file is None:
            return None
        try:
            return file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationError(
                f"TOCSIN_{engine.upper()}_PASSWORD_FILE names {file}, which cannot be read:"
                f" {error.strerror}."
            ) from error


def load_settings(**overrides: object) -> Settings:
    """Read and check the settings; ConfigurationError is one sentence for the operator."""
    _refuse_unknown()
    try:
        return Settings(**overrides)  # type: ignore[arg-type] # pydantic checks the values
    except ValidationError as error:
        raise ConfigurationError(_sentence(error)) from error


def _refuse_unknown() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | LAUNCHER_VARIABLES
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise ConfigurationError(f"{name} is not a setting of Tocsin: correct or remove it.")


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    message = str(first["msg"]).removeprefix("Value error, ")
    where = ".".join(str(part) for part in first["loc"])
    subject = f"{PREFIX}{where.upper()}: " if where else ""
    return f"{subject}{message[:1].lower() + message[1:] if subject else message}."


def process_name() -> str:
    """Return who this process is among its replicas: host and pid."""
    return f"{socket.gethostname()}-{os.getpid()}"
