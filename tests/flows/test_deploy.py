"""The deployed flow takes what `hepatrack run` takes, and configs/prefect.yaml gives it what it must have."""

import inspect
from typing import Any

import pytest
import typer.main
import yaml

from flows import cli, deploy
from tests.conftest import ROOT

pytestmark = pytest.mark.prefect
OF_THE_COMMAND = {"refresh", "verify", "json", "faults_file"}
"""Options of `run` that regard one call, not what it runs on."""


def _parameters() -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(deploy.process.fn).parameters)


def test_the_flow_takes_the_inputs_of_run() -> None:
    command: Any = typer.main.get_command(cli.app)
    options = {option.name for option in command.commands["run"].params}
    assert set(_parameters()) == options - OF_THE_COMMAND


def test_the_deployment_names_parameters_of_the_flow_and_all_that_it_needs() -> None:
    (deployment,) = yaml.safe_load((ROOT / "configs" / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    path, _, function = deployment["entrypoint"].partition(":")
    assert (ROOT / path).is_file()
    assert getattr(deploy, function) is deploy.process
    needed = {name for name, each in _parameters().items() if each.default is inspect.Parameter.empty}
    assert needed <= set(deployment["parameters"]) <= set(_parameters())
    checked = deploy.process.validate_parameters({**deployment["parameters"], "sources": ["a", "b"]})
    assert checked["sources"] == ["a", "b"]
