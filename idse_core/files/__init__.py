"""The only code that touches the disk: bounded reads, compare-and-swap writes, displaced copies, locks.

Guarantees, even while other programs write to the same files:

* at every instant, and after a kill at any instant, a file is either completely the old version or completely the new;
* bytes that we have not read are never destroyed: a write that finds such bytes puts them back, or keeps them in the
  ``displaced`` folder, and raises a `ConflictError`;
* nothing outside ``root`` is read or written, wherever a link leads (except the output file that a user names, and the
  folder of a new workspace: see ``exports``);
* an error of the operating system is raised as a `StorageError` or another error of this project.

Limits: an editor that writes *into* an open file may still be writing after the comparison; the owner and mode of a
file are kept, but its access control lists, extended attributes and hard links are not; where the file system can't
exchange two names (NFS, exFAT), a save that falls into the microseconds between the last check and the replacement is
lost.
"""

from __future__ import annotations

from idse_core.files.confinement import inside, safe_component
from idse_core.files.displacing import displace, sweep_temporaries
from idse_core.files.exports import ensure_root, replace_file, stream_number, write_output
from idse_core.files.faults import storage_error, told_from
from idse_core.files.locking import lock
from idse_core.files.reading import MAX_BYTES, decode, digest, read_bytes
from idse_core.files.trees import create_tree, ensure_local, remove_hollow, rename, sweep_staging
from idse_core.files.writing import write_bytes

__all__ = [
    "MAX_BYTES",
    "create_tree",
    "decode",
    "digest",
    "displace",
    "ensure_local",
    "ensure_root",
    "inside",
    "lock",
    "read_bytes",
    "remove_hollow",
    "rename",
    "replace_file",
    "safe_component",
    "storage_error",
    "stream_number",
    "sweep_staging",
    "sweep_temporaries",
    "told_from",
    "write_bytes",
    "write_output",
]
