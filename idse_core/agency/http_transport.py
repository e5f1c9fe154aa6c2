"""``HttpTransport``: the protocol over HTTP, to one origin, with one attempt per call."""

from __future__ import annotations

import gzip
import hashlib
import ssl
import time
from typing import Callable, Dict, Iterator, Mapping, Optional, Tuple, Type, TypeVar, Union

import httpcore

from idse_core._version import __version__
from idse_core.agency.bounded_bodies import BrokenBodyError, TooLargeError, parse_json, read_body
from idse_core.agency.config import AgencyConfig
from idse_core.agency.connection_pool import Patience, PinnedPool, tls_context
from idse_core.agency.http_errors import Answer, as_error
from idse_core.agency.network import Deadline
from idse_core.agency.protocol import (
    METADATA_KEY,
    STATE_KEY,
    PullItem,
    PullPage,
    PullRequest,
    PushRequest,
    PushResult,
    Revision,
    ServerInfo,
    canonical_json,
    decode_content,
    parsed,
    written,
)
from idse_core.agency.redaction import Redactor
from idse_core.agency.retry import RetryingTransport, TransientError
from idse_core.agency.secret import Secret
from idse_core.agency.transport import Transport
from idse_core.errors import ConfigError, IdseError, RefusedError, RemoteError
from idse_core.events import Listener, ignore

__all__ = ["HttpTransport", "Patience", "connect"]

_LARGEST_ANSWER = 64 << 20
_LARGEST_COMPLAINT = 256 << 10
_WORTH_PACKING = 1024
_LEVEL = 6  # of gzip
_JSON = "application/json"
_OK = 200

_Request = Union[PullRequest, PushRequest]
Record = TypeVar("Record")

_FAILURES = (
    BrokenBodyError,
    TooLargeError,
    OSError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
)
"""All exceptions that httpcore and `read_body` raise."""

_PATIENCE = Patience()

_NOT_TAKEN = "nothing of it was stored; ask whoever runs the Agency Core"


def connect(config: AgencyConfig, *, on_event: Listener = ignore) -> Transport:
    """Create the transport for a configuration; it retries after failures that may be temporary.

    Raises:
        ConfigError: there is no address, or the certificates can't be used.
    """
    return RetryingTransport(HttpTransport(config), on_event=on_event)


class HttpTransport(Transport):
    """Sends requests to the configured endpoint and nowhere else. Safe to use from several threads.

    TLS is always verified, no redirect is followed, neither ``.netrc`` nor a proxy from the environment is used, and no
    cookie is kept. The token is sent in the header ``Authorization`` only.

    Args:
        config: with an endpoint.
        patience: the timeouts of the parts of a request.
        largest_answer: the maximum size of a response, in bytes after decompression.
        clock: a monotonic clock, in seconds.

    Raises:
        ConfigError: there is no endpoint, or the certificates can't be used.
    """

    def __init__(
        self,
        config: AgencyConfig,
        *,
        patience: Patience = _PATIENCE,
        largest_answer: int = _LARGEST_ANSWER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = config.required()
        self._token = config.token.value
        self._total = config.timeout.value
        self._largest_answer = largest_answer
        self._deadline = Deadline(clock)
        proxy = config.proxy.value
        self._redactor = Redactor([self._token or Secret(""), proxy.password if proxy else Secret("")])
        client = f" ({config.client_id.value})" if config.client_id.value else ""
        self._headers = {
            "User-Agent": f"idse/{__version__}{client}",
            "Accept": _JSON,
            "Accept-Encoding": "gzip",
        }
        self._pool = PinnedPool(
            self._endpoint.origin,
            context=_trusted(config) if self._endpoint.origin.scheme == "https" else None,
            patience=patience,
            longest=self._total,
            deadline=self._deadline,
            proxy=proxy,
        )
        self._redactor.install()

    def info(self) -> ServerInfo:
        return self._parsed(ServerInfo, self._ask("info", None, {}))

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        answer = self._ask("push", request, {"Idempotency-Key": key})
        result = self._parsed(PushResult, answer)
        wrong = _first_wrong(request, result.revisions)
        if wrong:
            raise RemoteError(
                f"{self._endpoint} says that it took a push, but not the {wrong} that was sent",
                hint="`idse sync status` says what it holds now; ask whoever runs it",
            )
        return result

    def pull(self, request: PullRequest) -> PullPage:
        page = self._parsed(PullPage, self._ask("pull", request, {}))
        if page.more and page.next == request.since:
            raise RemoteError(
                f"{self._endpoint} says that there is more, but gives no cursor to go on from", hint=_NOT_TAKEN
            )
        for item in page.items:
            if not _is_whole(item, request.want):
                what = self._redactor.foreign(f"{item.session_id}/{item.key}")
                raise RemoteError(
                    f"{self._endpoint} sends content that is not what its revision says: {what}", hint=_NOT_TAKEN
                )
        return page

    def close(self) -> None:
        self._pool.close()
        self._redactor.remove()

    # Inside

    def _ask(self, call: str, body: Optional[_Request], headers: Dict[str, str]) -> Answer:
        """Send a request; the response has status 200."""
        # The library's exception is not chained, because its stack frames contain the token.
        found = self._try(call, body, headers)
        if isinstance(found, IdseError):
            raise found
        if found.status != _OK:
            raise as_error(found, endpoint=self._endpoint, call=call, redactor=self._redactor)
        return found

    def _try(self, call: str, body: Optional[_Request], headers: Dict[str, str]) -> Union[Answer, IdseError]:
        try:
            packed, content = self._packed(body, headers)
        except ValueError:  # half a surrogate pair, which JSON can express and UTF-8 can't
            return RemoteError(
                "a document holds text that has no UTF-8, so it can't be sent",
                hint="look in the session's metadata for an escape such as \\ud83d that stands alone: complete or remove it",
            )
        try:
            with self._deadline.of(self._total):
                return self._exchange(call, packed, content)
        except IdseError as error:
            return error.with_traceback(None)
        except _FAILURES as error:
            return self._meaning(error)

    def _packed(
        self, body: Optional[_Request], headers: Mapping[str, str]
    ) -> Tuple[Mapping[str, str], Optional[bytes]]:
        """The headers and the body of a request, compressed if it is large."""
        sent = {**self._headers, **headers}
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._token.reveal()}"
        if body is None:
            return sent, None
        content = written(body)
        sent["Content-Type"] = _JSON
        if len(content) >= _WORTH_PACKING:
            content = gzip.compress(content, _LEVEL, mtime=0)
            sent["Content-Encoding"] = "gzip"
        return sent, content

    def _exchange(self, call: str, headers: Mapping[str, str], content: Optional[bytes]) -> Answer:
        method = "GET" if content is None else "POST"
        with self._pool.stream(method, f"{self._endpoint.path}/sync/{call}", headers, content) as response:
            names = _names(response)
            encoding = names.get("content-encoding", "")
            if response.status == _OK:
                self._check_type(names, response.iter_stream())
                return Answer(_OK, names, read_body(response.iter_stream(), encoding, self._largest_answer))
            return Answer(response.status, names, read_body(response.iter_stream(), encoding, _LARGEST_COMPLAINT))

    def _check_type(self, names: Mapping[str, str], chunks: Iterator[bytes]) -> None:
        if Answer(_OK, names, b"").content_type != _JSON:
            said = self._redactor.foreign(_beginning(names, chunks).decode("utf-8", "replace"))
            raise RemoteError(
                f"{self._endpoint} did not answer with JSON: {said}",
                hint="is there an Agency Core at this address?",
            )

    def _parsed(self, make: Type[Record], answer: Answer) -> Record:
        try:
            return parsed(make, parse_json(answer.body))
        except ValueError as error:
            problem = self._redactor.foreign(str(error))
        raise RemoteError(f"{self._endpoint} sends an answer that can't be understood: {problem}", hint=_NOT_TAKEN)

    def _meaning(self, error: Exception) -> IdseError:
        """Translate an exception of a library into one of our errors."""
        if isinstance(error, TooLargeError):
            return RemoteError(f"{self._endpoint}: {error}", hint=_NOT_TAKEN)
        if isinstance(error, httpcore.TimeoutException):
            return TransientError(
                f"{self._endpoint} does not answer in time ({type(error).__name__})",
                hint="nothing was lost; try again later, or allow more seconds with IDSE_AGENCY_TIMEOUT",
            )
        if isinstance(error, (BrokenBodyError, httpcore.ProtocolError)):
            return TransientError(
                f"{self._endpoint} sends a broken answer: {self._redactor.foreign(str(error))}",
                hint="nothing was lost; try again, and see that an Agency Core is at this address",
            )
        return self._unreachable(error)

    def _unreachable(self, error: Exception) -> IdseError:
        cause: Optional[BaseException] = error
        while cause is not None and not isinstance(cause, ssl.SSLError):
            cause = cause.__cause__ or cause.__context__
        if isinstance(cause, ssl.SSLCertVerificationError):
            hint = 'a CA of your own is trusted with IDSE_AGENCY_CA_FILE or "ca_file" in ~/.idseconfig.json'
            reason = self._redactor.foreign(cause.verify_message)
            return RefusedError(f"the certificate of {self._endpoint.origin} is not valid: {reason}", hint=hint)
        said = self._redactor.foreign(str(error)) or type(error).__name__
        return TransientError(
            f"{self._endpoint} can't be reached: {said}",
            hint="nothing was lost; check the address and the network, then try again",
        )


def _trusted(config: AgencyConfig) -> ssl.SSLContext:
    file = config.ca_file.value
    try:
        return tls_context(None if file is None else str(file))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it holds no certificate"
        hint = "it must be a PEM file; without one the bundled certificates are trusted"
        raise ConfigError(f"the CA file can't be used: {reason}", hint=hint, path=str(file)) from None


def _names(response: httpcore.Response) -> Dict[str, str]:
    """The headers by name in lower case; values of a repeated header are joined with a comma."""
    found: Dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("ascii", "replace").lower(), raw_value.decode("utf-8", "replace")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _beginning(names: Mapping[str, str], chunks: Iterator[bytes]) -> bytes:
    """The body of an unexpected response, to be quoted in an error; empty when it can't be read or is too large."""
    try:
        return read_body(chunks, names.get("content-encoding", ""), _LARGEST_COMPLAINT)
    except (BrokenBodyError, TooLargeError):
        return b""


def _first_wrong(request: PushRequest, revisions: Mapping[str, Optional[str]]) -> str:
    """The first key for which the server's revision does not match the bytes sent; empty when all of them match."""
    sent: Dict[str, Optional[bytes]] = dict.fromkeys(request.deleted)
    for key, text in request.artifacts.items():
        sent[key] = decode_content(text, request.encodings.get(key))
    if request.session_metadata is not None:
        sent[METADATA_KEY] = canonical_json(request.session_metadata)
    if request.state_json is not None:
        sent[STATE_KEY] = canonical_json(request.state_json)
    return next((key for key, data in sent.items() if not _is_revision_of(revisions, key, data)), "")


def _is_revision_of(revisions: Mapping[str, Optional[str]], key: str, data: Optional[bytes]) -> bool:
    if key not in revisions:
        return False
    revision = revisions[key]
    if data is None or revision is None:
        return data is None and revision is None
    return _is_digest_of(revision, data)


def _is_digest_of(revision: str, data: bytes) -> bool:
    try:
        return Revision.parse(revision).digest == hashlib.sha256(data).hexdigest()
    except ValueError:
        return False


def _is_whole(item: PullItem, want: str) -> bool:
    """Whether an item is consistent: a tombstone without content, or a revision with matching content if requested."""
    if item.revision is None:
        return item.content is None
    if item.content is None:
        return want == "manifest"
    try:
        return _is_digest_of(item.revision, decode_content(item.content, item.encoding))
    except ValueError:
        return False
