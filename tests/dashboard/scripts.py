"""A script that asks the public API, and what an answer and a refusal look like."""

import csv
import io
from typing import Any

import httpx
import jsonschema
from starlette.applications import Starlette

from dashboard.public_api import routes as public
from dashboard.public_api.openapi import description
from groundswell.store.owner import Owner


def client_of(owner: Owner, *, open_to_all: bool = True, **headers: str) -> httpx.AsyncClient:
    found = [
        *public.routes(owner, open_to_all=open_to_all),
        *public.the_rest(owner, open_to_all=open_to_all),
    ]
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=Starlette(routes=found)),
        base_url="http://127.0.0.1/api/v1",
        headers=headers,
    )


def of_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def schema_of(question: str, form: str = "application/json") -> dict[str, Any]:
    path = description("1")["paths"][f"/api/v1/{{topic}}/{question}"]
    schema: dict[str, Any] = path["get"]["responses"]["200"]["content"][form]["schema"]
    return schema


def check(answer: httpx.Response, question: str) -> dict[str, Any]:
    """The answer, which is what is described."""
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    jsonschema.validate(said, schema_of(question), jsonschema.Draft202012Validator)
    return said


def check_refusal(answer: httpx.Response, status: int, reason: str) -> None:
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert answer.json()["error"].endswith(".")
    assert len(answer.text) < 600
