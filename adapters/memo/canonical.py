"""The canonical hash of a letter: equal for files that say the same, different for any change of what is said.

The hash is SHA-256 over these bytes, which are fixed for ever because stored facts carry the result:

- the line `rigsbog memo 1`, then for each element in document order
- `<{namespace}name`, a line;
- for the root's attributes `memoVersion` and `memoSchVersion`, in that order where present:
  `@name=LENGTH:VALUE`, a line, the value with its space collapsed;
- for an element that holds text `=LENGTH:TEXT`, a line; LENGTH is decimal and counts the UTF-8 bytes of TEXT.
  A UUID is written in lower case. Dates, times, booleans, numbers, language codes and addresses have
  their space collapsed as XML Schema does; every other text stands exactly as it was written;
- for a file's contents instead `#LENGTH:SHA256`, a line: the decoded size in decimal and its hash in lower-case hex;
- `>`, a line, where the element ends.

Lines end with one line feed. Prefixes, comments, processing instructions, hints to schema locations, the order
of attributes, the encoding of the file, line breaks inside base64 and space between elements leave no trace.
"""

import hashlib

FORM = b"rigsbog memo 1\n"
BUFFER_PARTS_MAX = 4096


class CanonicalHash:
    """Takes a letter's elements as they pass, and gives its canonical hash at the end."""

    __slots__ = ("_hash", "_parts")

    def __init__(self) -> None:
        self._hash = hashlib.sha256(FORM)
        self._parts: list[str] = []

    def start(self, tag: str) -> None:
        """Note that an element begins; `tag` is `{namespace}name`."""
        self._parts.append(f"<{tag}\n")

    def attribute(self, name: str, value: str) -> None:
        """Note an attribute that carries meaning."""
        self._parts.append(f"@{name}={len(value.encode())}:{value}\n")

    def text(self, text: str) -> None:
        """Note the text of an element, already in the canonical form of its kind."""
        size_bytes = len(text) if text.isascii() else len(text.encode())
        self._parts.append(f"={size_bytes}:{text}\n")

    def content(self, sha256: str, size_bytes: int) -> None:
        """Note the decoded contents of a file."""
        self._parts.append(f"#{size_bytes}:{sha256}\n")

    def end(self) -> None:
        """Note that the element begun last is over."""
        self._parts.append(">\n")
        if len(self._parts) > BUFFER_PARTS_MAX:
            self._flush()

    def hexdigest(self) -> str:
        """Give the hash of all that was noted, in lower-case hexadecimal."""
        self._flush()
        return self._hash.hexdigest()

    def _flush(self) -> None:
        self._hash.update("".join(self._parts).encode())
        self._parts.clear()
