"""The canonical hash of a letter: equal for files with the same meaning, different after any change of meaning.

The hash is SHA-256 over these bytes, which never change because stored facts hold the result:

- the line `rigsbog memo 1`, then for each element in document order
- `<{namespace}name`, a line;
- for the root's attributes `memoVersion` and `memoSchVersion`, in that order where present:
  `@name=LENGTH:VALUE`, a line, the value with its space collapsed;
- for an element that holds text `=LENGTH:TEXT`, a line; LENGTH is decimal and counts the UTF-8 bytes of TEXT.
  A UUID is written in lower case. Dates, times, booleans, numbers, language codes and addresses have
  their space collapsed as in XML Schema; every other text is exactly as it was written;
- for the contents of a file instead `#LENGTH:SHA256`, a line: the decoded size in decimal, its hash in lower-case hex;
- `>`, a line, where the element ends.

Lines end with one line feed. Prefixes, comments, processing instructions, hints to schema locations, the order
of attributes, the encoding of the file, line breaks inside base64 and space between elements make no difference.
"""

import hashlib

FORM = b"rigsbog memo 1\n"
BUFFER_PARTS_MAX = 4096


class CanonicalHash:
    """Computes the canonical hash while a letter is parsed."""

    __slots__ = ("_hash", "_parts")

    def __init__(self) -> None:
        self._hash = hashlib.sha256(FORM)
        self._parts: list[str] = []

    def start(self, tag: str) -> None:
        """An element begins; `tag` is `{namespace}name`."""
        self._parts.append(f"<{tag}\n")

    def attribute(self, name: str, value: str) -> None:
        """An attribute that is part of the meaning."""
        self._parts.append(f"@{name}={len(value.encode())}:{value}\n")

    def text(self, text: str) -> None:
        """The text of an element, in the canonical form of its kind."""
        size_bytes = len(text) if text.isascii() else len(text.encode())
        self._parts.append(f"={size_bytes}:{text}\n")

    def content(self, sha256: str, size_bytes: int) -> None:
        """The decoded contents of a file."""
        self._parts.append(f"#{size_bytes}:{sha256}\n")

    def end(self) -> None:
        self._parts.append(">\n")
        if len(self._parts) > BUFFER_PARTS_MAX:
            self._flush()

    def hexdigest(self) -> str:
        """The hash in lower-case hexadecimal."""
        self._flush()
        return self._hash.hexdigest()

    def _flush(self) -> None:
        self._hash.update("".join(self._parts).encode())
        self._parts.clear()
