"""What deploy/ and docs/deploy.md promise, as far as it can be tried without a server."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dashboard.access import Role
from groundswell.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SERVICE = ROOT / "deploy" / "groundswell.service"
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    return subprocess.run([program, *words], capture_output=True, text=True)


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = SERVICE.read_text(encoding="utf-8")
    here = tmp_path / SERVICE.name
    filled = text.replace("/opt/groundswell/.venv/bin/groundswell", sys.executable)
    assert filled != text
    here.write_text(filled)
    said = analyze("verify", "--man=no", str(here))
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_the_unit_gives_little_to_who_breaks_in() -> None:
    said = analyze("security", "--offline=true", "--threshold=20", str(SERVICE))
    if "unrecognized option" in said.stderr:
        pytest.skip("this systemd-analyze is too old to look at a file")
    assert said.returncode == 0, said.stdout[-400:]


def test_the_container_runs_as_nobody_in_particular_and_can_be_watched() -> None:
    lines = re.sub(r"\\\n", " ", CONTAINER).splitlines()
    words = [line.split(maxsplit=1) for line in lines if line and line[0] not in "# "]
    order = [word for word, _ in words]
    assert [rest for word, rest in words if word == "FROM"] == [
        "python:3.13-slim AS build",
        "python:3.13-slim",
    ]
    (user,) = [rest for word, rest in words if word == "USER"]
    assert user == "groundswell"
    assert order.index("USER") < order.index("ENTRYPOINT")
    assert "VOLUME /data" in lines
    assert "GROUNDSWELL_HOME=/data" in CONTAINER
    assert "/readyz" in next(rest for word, rest in words if word == "HEALTHCHECK")
    assert not re.search(r"SECRET|TOKEN|PASSWORD", CONTAINER)


def test_what_the_container_copies_is_all_that_the_wheel_needs() -> None:
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINER, re.MULTILINE))
    names = {name for line in copied for name in line.split()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *(path.split("/")[0] for path in wheel["force-include"])}
    assert needed <= names
    assert {project["project"]["readme"], *project["project"]["license-files"]} <= names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_page_names_settings_and_files_that_are_there() -> None:
    named = set(re.findall(r"GROUNDSWELL_(\w+)", PAGE)) - {"HOME"}
    assert {name.lower() for name in named} <= set(Settings.model_fields)
    for path in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / path).is_file(), path
    for role in Role:
        assert f"| {role.name.lower()} |" in PAGE
