"""Describes what scripts can ask, as OpenAPI 3.1, from the table that makes the routes."""

from typing import Any

from dashboard.public_api.catalogue import QUESTIONS, TOPIC_COLUMNS, Question, schema_of
from dashboard.public_api.parameters import Parameter, Schema

PREFIX = "/api/v1"
_ABOUT = (
    "The numbers of the pages, for scripts. Parameters have the names and values of a page's "
    "address. JSON, or CSV with `.csv` at the end of the path or `Accept: text/csv`. Times are "
    "UTC; null, in CSV an empty cell, is unknown, never 0."
)
_ERRORS = {
    "400": "What was asked makes no sense.",
    "401": "The token is missing or wrong.",
    "403": "The request came from a page of another site.",
    "404": "There is no such topic or question.",
    "503": "The server is stopping, or too many questions wait.",
    "504": "The question took too long; narrow it.",
}


def description(version: str) -> dict[str, Any]:
    """The whole description; ``version`` is that of Groundswell."""
    paths = _paths(f"{PREFIX}/topics", "topics", "The topics there are.", (), _topics(), [])
    for question in QUESTIONS:
        path = PREFIX + question.path
        place = [{"name": "topic", "in": "path", "required": True, "schema": {"type": "string"}}]
        told = (question.name, question.summary, question.parameters, _answer(question), place)
        paths |= _paths(path, *told)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Groundswell", "version": version, "description": _ABOUT},
        "paths": paths,
        "security": [{"token": []}, {}],
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by `groundswell token add NAME`. None is needed on a "
                    "machine of one's own where the pages need no login either.",
                }
            },
            "schemas": {"Error": _ERROR},
        },
    }


_ERROR: Schema = {
    "type": "object",
    "properties": {
        "error": {"type": "string", "description": "One sentence for people."},
        "reason": {"type": "string", "description": "One word for scripts, which stays."},
    },
    "required": ["error", "reason"],
}


def _paths(
    path: str,
    name: str,
    summary: str,
    parameters: tuple[Parameter, ...],
    answer: Schema,
    place: list[Schema],
) -> dict[str, Any]:
    """``path`` for both forms and ``path.csv``."""
    csv = {"text/csv": {"schema": {"type": "string"}}}
    told = {"summary": summary, "parameters": [*place, *map(_parameter, parameters)]}
    both = {"application/json": {"schema": answer}, **csv}
    return {
        path: {"get": {"operationId": name, **told, "responses": _responses(both)}},
        f"{path}.csv": {
            "get": {"operationId": f"{name}_csv", **told, "responses": _responses(csv)}
        },
    }


def _parameter(parameter: Parameter) -> Schema:
    schema = parameter.schema
    several = {"style": "form", "explode": True} if parameter.several else {}
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.means,
        "schema": {"type": "array", "items": schema} if parameter.several else schema,
        **several,
    }


def _responses(content: Schema) -> Schema:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    wrong = {code: {"description": said, "content": error} for code, said in _ERRORS.items()}
    return {"200": {"description": "The answer.", "content": content}, **wrong}


def _answer(question: Question) -> Schema:
    more = schema_of(question.more)["properties"]
    properties = {
        "topic": {"type": "string"},
        "synthetic": {"type": "boolean", "description": "Whether a program made up the posts."},
        "version": {"type": "integer", "description": "Rises whenever posts of the topic change."},
        **more,
        "rows": {"type": "array", "items": question.schema},
    }
    return _object(properties)


def _topics() -> Schema:
    return _object({"rows": {"type": "array", "items": schema_of(TOPIC_COLUMNS)}})


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
