"""A real Prefect server: it starts with the pinned packages and cleans up after a killed command."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from flows import server
from pipeline.model.errors import InputError
from pipeline.settings import Settings

pytestmark = pytest.mark.prefect


def run_python(code: str, study: Path) -> str:
    """Run a script in a process of its own: Prefect reads its environment on import."""
    environment = {**os.environ, "STUDY": str(study)}
    environment.pop("PREFECT_API_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_server_starts_serves_and_stops(tmp_path):
    out = run_python(
        """
        import json, os, urllib.request
        from pathlib import Path
        from flows import server
        from pipeline.settings import Settings
        with server.serving(Path(os.environ["STUDY"]), Settings(workers=3)) as url:
            head = {"Content-Type": "application/json"}
            limits = urllib.request.Request(f"{url}/concurrency_limits/filter", b"{}", head)
            print(json.dumps([url, json.load(urllib.request.urlopen(limits))]))
        try:
            server.answers(url)
        except OSError:
            print("stopped")
        """,
        tmp_path,
    )
    first, second = out.strip().splitlines()[-2:]
    url, limits = json.loads(first)
    assert url.startswith("http://127.0.0.1:")
    assert [(limit["tag"], limit["concurrency_limit"]) for limit in limits] == [(server.SUBJECT_TAG, 3)]
    assert second == "stopped"
    assert (tmp_path / "prefect" / "prefect.db").exists()


def test_runs_of_a_killed_command_are_set_to_crashed(tmp_path):
    start = """
        import os, time
        from pathlib import Path
        from flows import server
        from pipeline.settings import Settings
        with server.serving(Path(os.environ["STUDY"]), Settings()):
            from prefect import flow
            @flow(name="endless")
            def endless():
                {body}
            {call}
        """
    killed = textwrap.dedent(start).format(body="os._exit(0)", call="endless()")
    run_python(killed, tmp_path)
    look = """
        import asyncio, os
        from pathlib import Path
        from flows import server
        from pipeline.settings import Settings
        async def states():
            from prefect.client.orchestration import get_client
            async with get_client() as client:
                return [run.state.name for run in await client.read_flow_runs()]
        with server.serving(Path(os.environ["STUDY"]), Settings()):
            print(asyncio.run(states()))
        """
    assert run_python(look, tmp_path).strip().splitlines()[-1] == "['Crashed']"


def test_one_command_at_a_time(tmp_path):
    with server.locked(tmp_path), pytest.raises(InputError, match="in use by another"), server.locked(tmp_path):
        pass


def test_a_server_of_the_site_is_used_and_must_answer(tmp_path):
    with (
        pytest.raises(OSError, match=r"refused|unreachable"),
        server.serving(tmp_path, Settings(HEPATRACK_PREFECT_API_URL="http://127.0.0.1:9/api")),
    ):
        pass


def test_slots_that_a_killed_command_held_are_free_again(tmp_path):
    held = """
        import asyncio, os
        from pathlib import Path
        from flows import server
        from pipeline.settings import Settings
        NAME = f"tag:{{server.SUBJECT_TAG}}"

        async def held():
            from prefect.client.orchestration import get_client
            async with get_client() as client:
                if {take}:
                    await client.increment_concurrency_slots(names=[NAME], slots=2, mode="concurrency")
                return (await client.read_global_concurrency_limit_by_name(NAME)).active_slots

        with server.serving(Path(os.environ["STUDY"]), Settings(workers=2)):
            print(asyncio.run(held()))
        """
    taken, after = (run_python(held.format(take=take), tmp_path).split()[-1] for take in (True, False))
    assert (taken, after) == ("2", "0")
