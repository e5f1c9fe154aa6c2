"""Lets a test that runs as root see permission bits as everybody else does."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Callable, Optional

import pytest

_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1
_CAP_DAC_READ_SEARCH = 2


def unprivileged_preexec() -> Optional[Callable[[], None]]:
    """What to pass as ``preexec_fn`` so that the program started obeys permission bits.

    Root keeps its user id and owns its files, but loses the two capabilities that override permission bits: they leave
    the bounding set, and `exec` computes the new capabilities from that set.

    Returns:
        None when nothing has to be done, because we are not root. The test is skipped where root can't give it up.
    """
    if not hasattr(os, "geteuid"):
        pytest.skip("permission bits are a matter of POSIX")
    if os.geteuid() != 0:
        return None
    if not sys.platform.startswith("linux"):
        pytest.skip("runs as root, and only Linux lets root give up its rights over files")
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def drop() -> None:
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            if prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))

    return drop
