"""Deployment values, from the environment only (prefix HEPATRACK_); science stands in the protocol."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What differs between one laptop and a server.

    database_url: SQLAlchemy URL; empty means a SQLite file in the study folder.
    workers: subjects processed at the same time. prefect_api_url: a running Prefect
    server; empty means that the command starts and stops one itself.
    """

    model_config = SettingsConfigDict(env_prefix="HEPATRACK_", frozen=True)

    database_url: SecretStr = SecretStr("")
    workers: int = Field(default=2, ge=1, le=256)
    prefect_api_url: str = ""
