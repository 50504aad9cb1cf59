"""Deployment values, from the environment only; science stands in the protocol."""

from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What differs between one laptop and a site's servers.

    HEPATRACK_DATABASE_URL: SQLAlchemy URL; empty means a SQLite file in the study folder.
    HEPATRACK_WORKERS: subjects processed at the same time.
    HEPATRACK_RUNNER: local (processes of this machine) or dask (a Dask cluster).
    HEPATRACK_DASK_ADDRESS: scheduler of that cluster; empty starts one on this machine.
    HEPATRACK_ENGINES: an engines file (docs/methods/engines.md) by which the line proposes; empty means the built-in
    engines.
    HEPATRACK_PREFECT_API_URL or PREFECT_API_URL: a running Prefect server; empty means
    that the command starts and stops one itself.
    """

    model_config = SettingsConfigDict(env_prefix="HEPATRACK_", frozen=True)

    database_url: SecretStr = SecretStr("")
    workers: int = Field(default=2, ge=1, le=256)
    runner: Literal["local", "dask"] = "local"
    dask_address: str = ""
    engines: str = ""
    prefect_api_url: str = Field(
        default="", validation_alias=AliasChoices("HEPATRACK_PREFECT_API_URL", "PREFECT_API_URL")
    )
