"""The calls of a transport, certificates for them, and everything in an error that could reveal the token."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Tuple

import pytest

from idse_core.agency.http_transport import HttpTransport, Patience
from idse_core.agency.protocol import PullRequest, PushRequest
from idse_core.agency.transport import Transport
from tests.agency.loopback import config_for_url

trustme = pytest.importorskip("trustme", reason="makes the certificates")

CALLS: Dict[str, Callable[[Transport], object]] = {
    "info": lambda transport: transport.info(),
    "pull": lambda transport: transport.pull(PullRequest(project_id="shop")),
    "push": lambda transport: transport.push(
        PushRequest(project_id="shop", session_id="auth", artifacts={"spec_md": "text"}, base={"spec_md": None}),
        key="one",
    ),
}

calls = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def everything_about(error: BaseException) -> str:
    """Everything that an error reporter could show, including the variables of every frame except our own."""
    trace = error.__traceback__
    while trace is not None and Path(trace.tb_frame.f_code.co_filename).parent == Path(__file__).parent:
        trace = trace.tb_next
    shown = traceback.TracebackException(type(error), error, trace, capture_locals=True)
    return "".join([*shown.format(), repr(error), repr(error.__context__), repr(vars(error))])


class Authority:
    """A CA for a test, and files with the certificates that it issues."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._ca = trustme.CA()
        self.file = folder / f"{name}-ca.pem"
        self._ca.cert_pem.write_to_path(str(self.file))

    def issue(self, *names: str, **more: Any) -> Tuple[Path, Path]:
        issued = self._ca.issue_cert(*names, **more)
        certificate, key = self._folder / f"{self._name}.pem", self._folder / f"{self._name}.key"
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return certificate, key


def secure(tmp_path: Path, port: int, ca: Optional[Path], host: str = "127.0.0.1") -> Transport:
    more = {} if ca is None else {"IDSE_AGENCY_CA_FILE": str(ca)}
    return HttpTransport(config_for_url(f"https://{host}:{port}", tmp_path, **more), patience=Patience(5, 5, 5))
