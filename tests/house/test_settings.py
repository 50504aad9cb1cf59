"""Every setting of the environment is told where it is set and where it is looked up."""

import pytest
from pydantic import AliasChoices

from pipeline.settings import Settings
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "howto" / "scale-out.md"


def variables(name: str) -> list[str]:
    """The environment variables that give a setting."""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [f"{Settings.model_config['env_prefix']}{name}".upper()]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_stands_on_the_page_and_says_what_it_is(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert any(f"`{variable}" in page for variable in variables(name)), f"tell {variables(name)} in {PAGE.name}"
    assert all(variable in str(Settings.__doc__) for variable in variables(name))
