"""The service over HTTP: routes, tokens, and every error as a problem document."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any, Callable, List, NamedTuple, Type, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from idse_core.agency.protocol import PullRequest, PushRequest, written
from idse_core.agency.server.access_log import Journal, record_of
from idse_core.agency.server.problems import ProblemError
from idse_core.agency.server.request_bodies import Body, receive, understood
from idse_core.agency.server.responses import accepts_gzip, json_answer, problem_answer
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import Caller

__all__ = ["create_app"]

Record = TypeVar("Record", PushRequest, PullRequest)

_KEY = re.compile(r"[!-~]{1,200}")
_BEARER = re.compile(r"bearer +([!-~]+)", re.IGNORECASE)


def create_app(core: AgencyCore) -> ASGIApp:
    """Create the ASGI app for a service; it is stateless, so any number of them may share one database."""
    endpoints = _Endpoints(core)
    app = Starlette(
        routes=endpoints.routes(),
        exception_handlers={ProblemError: _refused, HTTPException: _refused_by_route, Exception: _broken},
    )
    app.router.redirect_slashes = False  # our clients follow no redirects
    return Journal(app)


class _Endpoints:
    def __init__(self, core: AgencyCore) -> None:
        self._core = core
        self._description = (resources.files(__package__) / "openapi.yaml").read_bytes()

    def routes(self) -> List[Route]:
        return [
            Route("/sync/info", self.info, methods=["GET"]),
            Route("/sync/push", self.push, methods=["POST"]),
            Route("/sync/pull", self.pull, methods=["POST"]),
            Route("/healthz", self.health, methods=["GET"]),
            Route("/openapi.yaml", self.description, methods=["GET"]),
        ]

    async def info(self, request: Request) -> Response:
        await self._caller(request)
        return json_answer(written(self._core.info()), compressed=False)

    async def push(self, request: Request) -> Response:
        caller = await self._caller(request)
        key = request.headers.get("idempotency-key", "")
        if _KEY.fullmatch(key) is None:
            raise ProblemError(400, "idempotency-key", "Idempotency-Key must have 1 to 200 visible ASCII characters")
        return await self._answer(request, PushRequest, lambda push: self._core.push(caller, push, key=key))

    async def pull(self, request: Request) -> Response:
        caller = await self._caller(request)
        return await self._answer(request, PullRequest, lambda pull: self._core.pull(caller, pull))

    async def health(self, request: Request) -> Response:
        del request
        await run_in_threadpool(self._core.check)
        return json_answer(b'{"status":"ok"}', compressed=False)

    async def description(self, request: Request) -> Response:
        del request
        return Response(self._description, media_type="application/yaml")

    async def _caller(self, request: Request) -> Caller:
        """Authenticate the caller, before any of the body is read.

        Raises:
            ProblemError: 401, there is no valid token.
        """
        given = request.headers.getlist("authorization")
        match = _BEARER.fullmatch(given[0].strip()) if len(given) == 1 else None
        caller = None if match is None else await run_in_threadpool(self._core.caller, match.group(1))
        if caller is None:
            raise ProblemError(
                401, "unauthorized", "send a valid token as a bearer token", headers={"WWW-Authenticate": "Bearer"}
            )
        record_of(request).tenant = caller.tenant
        return caller

    async def _answer(self, request: Request, kind: Type[Record], act: Callable[[Record], NamedTuple]) -> Response:
        """Read the body, and do the time-consuming work in a thread."""
        limit = self._core.limits.body_bytes
        body = await receive(request, limit)
        compressed = accepts_gzip(request.headers.get("accept-encoding", ""))

        def work(body: Body) -> Response:
            done = act(understood(body, kind, limit))
            return json_answer(written(done), compressed=compressed)

        return await run_in_threadpool(work, body)


async def _refused(request: Request, error: Any) -> Response:  # noqa: ANN401  # Starlette knows it as an Exception
    return problem_answer(error, record_of(request).instance)


async def _refused_by_route(request: Request, error: Any) -> Response:  # noqa: ANN401  # as above
    """Answer a request for an unknown path or method."""
    problem = ProblemError(
        error.status_code, {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http")
    )
    return problem_answer(problem, record_of(request).instance, error.headers)


async def _broken(request: Request, error: Exception) -> Response:
    """Answer after an internal error: the log has the details, under the identifier in the response."""
    del error
    problem = ProblemError(500, "internal", "this is a bug of the server; its log says more")
    return problem_answer(problem, record_of(request).instance)
