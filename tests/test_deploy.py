"""What deploy/ and docs/deploy.md promise, as far as it can be tried without a server."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from dashboard.access import Role
from groundswell.commands.serve import serve
from groundswell.commands.status import status
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


def commands() -> list[str]:
    """Each command of the page, without what is said beside it."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    inline = [said for said in re.findall(r"`([^`\n]+)`", PAGE) if said.startswith("groundswell ")]
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [*(line for line in lines if line), *inline]


def test_a_shell_takes_every_command_of_the_page() -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    assert len(commands()) > 10
    for line in commands():
        done = subprocess.run([bash, "-n", "-c", line], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), line


def test_our_own_commands_of_the_page_have_these_options() -> None:
    ours = [re.search(r"\bgroundswell ((?:serve|status)\b.*)", line) for line in commands()]
    asked = [found[1].split() for found in ours if found]
    assert {words[0] for words in asked} == {"serve", "status"}
    for words in asked:
        command = {"serve": serve, "status": status}[words[0]]
        known = {flag for option in command.params for flag in option.opts}
        assert {word for word in words if word.startswith("--")} <= known, words


def test_files_that_the_commands_name_are_there() -> None:
    named = {
        path
        for line in commands()
        for path in re.findall(r"(?:/opt/groundswell/|-f )(deploy/[\w.]+)", line)
    }
    assert named == {"deploy/groundswell.service", "deploy/nginx.conf", "deploy/Containerfile"}
    assert all((ROOT / path).is_file() for path in named)


def test_the_versions_of_the_container_are_those_of_the_lock() -> None:
    """The ``sed`` of the Containerfile leaves lines that pip takes as constraints, and the part
    that the login needs is among them."""
    (script,) = re.findall(r"sed -E '([^']+)' requirements.lock", CONTAINER)
    done = subprocess.run(
        ["sed", "-E", script, str(ROOT / "requirements.lock")],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split("#")[0].strip() for line in done.stdout.splitlines()]
    names = {Requirement(line).name for line in lines if line}
    assert {"streamlit", "duckdb", "authlib"} <= names


def test_the_port_of_unit_proxy_and_container_is_one() -> None:
    proxy = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert "--port 8501" in SERVICE.read_text(encoding="utf-8")
    assert "server 127.0.0.1:8501;" in proxy
    assert "EXPOSE 8501" in CONTAINER
    assert "GROUNDSWELL_PORT=8501" in CONTAINER
