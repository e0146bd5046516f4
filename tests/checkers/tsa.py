"""A local time-stamping authority: openssl behind a small server, with a new root."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.adapters.seal.scenes import answering

# Without `certs`: with it openssl sorts the certificates of its answer in no order, which strict readers refuse.
CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = an authority for tests
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[authority]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[stamps]
serial = FOLDER/serial
signer_cert = FOLDER/authority.pem
signer_key = FOLDER/authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(*words: object) -> str:
    """Run openssl, which must be there; what it says."""
    ran = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr


@dataclass
class Authority:
    """An authority in a folder."""

    folder: Path

    @property
    def root(self) -> Path:
        """The certificate to trust."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """The answer to a query."""
        (self.folder / "query").write_bytes(query)
        words = ["-config", self.folder / "configuration", "-section", "stamps", "-queryfile", self.folder / "query"]
        openssl("ts", "-reply", *words, "-out", self.folder / "answer")
        return (self.folder / "answer").read_bytes()

    @contextmanager
    def served(self) -> Iterator[str]:
        """The authority at a URL."""
        with answering(
            lambda query: (200, "application/timestamp-reply", self.answer(query)), takes="application/timestamp-query"
        ) as url:
            yield f"{url}/stamp"


def an_authority(folder: Path) -> Authority:
    """A new authority, made in the folder."""
    folder.mkdir()
    written = folder / "configuration"
    written.write_text(CONFIGURATION.replace("FOLDER", str(folder)))
    (folder / "serial").write_text("01\n")
    of_root = ["-keyout", folder / "root.key", "-out", folder / "root.pem", "-days", "3650", "-extensions", "root"]
    openssl("req", "-x509", *KEY, "-config", written, *of_root)
    request = ["-keyout", folder / "authority.key", "-out", folder / "request", "-subj", "/CN=stamps"]
    openssl("req", *KEY, "-config", written, *request)
    by_root = ["-CA", folder / "root.pem", "-CAkey", folder / "root.key", "-CAcreateserial", "-days", "3650"]
    signed = ["-extfile", written, "-extensions", "authority", "-out", folder / "authority.pem"]
    openssl("x509", "-req", "-in", folder / "request", *by_root, *signed)
    return Authority(folder)
