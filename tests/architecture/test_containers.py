"""The container files are well formed, agree with the app and hold no secret.

They cannot run here: what is checked is their schema and what they say.
"""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "coalition"}


def test_compose_keeps_to_the_specification():
    schema = ("--builtin-schema", "vendor.compose-spec")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_that_is_needed_is_there():
    services = {"web", "worker", "worker-fast", "beat", "db", "redis", "mail", "setup"}
    assert SERVICES.keys() == services
    mounted = {
        volume.partition(":")[0]
        for one in SERVICES.values()
        for volume in one.get("volumes", ())
    }
    assert mounted == COMPOSE["volumes"].keys()


def test_nothing_secret_has_a_default():
    secrets = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEY)\w*)([^}\s]*)", COMPOSE_TEXT)
    assert {name for name, _ in secrets} == {"POSTGRES_PASSWORD", "SECRET_KEY"}
    assert all(rest.startswith(":?") for _, rest in secrets)
    assert not re.search(r"^(ENV|ARG).*(PASSWORD|SECRET|KEY)", DOCKERFILE, re.MULTILINE)
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_says_whether_it_is_well(name):
    one = SERVICES[name]
    if name == "web":  # the image's own check
        assert "HEALTHCHECK" in DOCKERFILE
        assert "healthcheck" not in one
    else:
        assert one["healthcheck"].get("disable", False) is (name == "setup")


def test_ports_are_open_to_this_machine_only():
    ports = [port for one in SERVICES.values() for port in one.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", OURS)
def test_what_runs_has_no_more_rights_than_it_needs(name):
    one = OURS[name]
    assert one["cap_drop"] == ["ALL"]
    assert one["read_only"] is True
    assert one["security_opt"] == ["no-new-privileges:true"]


def test_the_commands_are_ours():
    words = COMPOSE_TEXT + DOCKERFILE
    commands = set(re.findall(r"manage\.py[\", ]+(\w+)", words))
    assert commands - {"backup"} <= get_commands().keys()


def test_somebody_listens_to_every_queue():
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    heard = {
        queue
        for one in OURS.values()
        for option, queues in pairwise(one.get("command", ()))
        for queue in queues.split(",")
        if option == "--queues"
    }
    assert heard == routed | {settings.CELERY_TASK_DEFAULT_QUEUE}


def test_the_image_runs_as_nobody_in_particular_and_pins_what_it_installs():
    assert re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE) == ["10001"]
    assert DOCKERFILE.index("USER 10001") < DOCKERFILE.index("\nCMD ")
    assert all(
        "--require-hashes" in one for one in re.findall("pip install.*", DOCKERFILE)
    )
    assert len(set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))) == 1


def test_the_tools_of_the_image_fit_the_server():
    (client,) = set(re.findall(r"postgresql-client-(\d+)", DOCKERFILE))
    assert SERVICES["db"]["image"] == f"postgres:{client}"
