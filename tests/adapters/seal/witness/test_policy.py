"""A trust policy is read as C2SP says, counts its quorum rightly, and each wrong line is refused for its own reason."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.seal.formats.note import Kind
from adapters.seal.witness.policy import NotAPolicy, WitnessPolicy
from tests.adapters.seal.formats.test_note import LOG, WITNESS, TestKey

KEYS = {
    name: TestKey(f"witness.example/{name.lower()}", 10 + nth, Kind.WITNESS)
    for nth, name in enumerate(("X1", "X2", "X3", "Y1", "Y2", "Y3"))
}
TWO_LEVELS = "\n".join(
    [
        "# the example of tlog-policy, with keys",
        f"log {LOG.key} https://log.example/",
        *(f"witness {name} {one.key}" for name, one in KEYS.items()),
        "",
        "\tgroup X-witnesses  2 X1 X2 X3 ",
        "group Y-witnesses any Y1 Y2 Y3",
        "group X-and-Y all X-witnesses Y-witnesses",
        "quorum X-and-Y",
        "",
    ]
)
W, L = str(WITNESS.key), str(LOG.key)
OTHER = str(TestKey("w2", 5, Kind.WITNESS).key)


def read(text: str) -> WitnessPolicy:
    return WitnessPolicy.read(text.encode())


@pytest.mark.parametrize(
    ("cosigners", "enough"),
    [
        (["X1", "X2", "Y1"], True),
        (["X3", "X2", "Y3"], True),
        (["X1", "X2", "X3"], False),
        (["X1", "Y1", "Y2", "Y3"], False),
        (list(KEYS), True),
        ([], False),
        (["X-and-Y"], False),
    ],
)
def test_a_quorum_of_two_levels_is_counted_group_by_group(cosigners: list[str], enough: bool) -> None:
    assert read(TWO_LEVELS).enough(cosigners) is enough


@given(st.sets(st.sampled_from(list(KEYS))))
def test_a_quorum_is_what_its_words_say_for_every_set_of_witnesses(cosigners: set[str]) -> None:
    said = len(cosigners & {"X1", "X2", "X3"}) >= 2 and bool(cosigners & {"Y1", "Y2", "Y3"})

    assert read(TWO_LEVELS).enough(cosigners) is said


def test_the_quorum_none_needs_no_witness_and_a_single_witness_is_a_quorum() -> None:
    assert read("quorum none\n").enough([])
    policy = read(f"witness w {W} http://localhost:8741\nquorum w\n")
    assert (policy.enough([]), policy.enough(["w"])) == (False, True)
    assert policy.witnesses[0].url == "http://localhost:8741"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("quorum none", "Line 1 .* cut short"),
        ("", "no line `quorum`"),
        ("# nothing\n", "no line `quorum`"),
        ("quorum none\nquorum none\n", "Line 2 .*earlier line"),
        ("quorum w\n", "Line 1 .*no earlier line"),
        ("quorum none none\n", "Line 1 .*is written"),
        ("quorom none\n", "Line 1 .*begins with none of"),
        ("quorum none\r\n", "Line 1 .*control character"),
        ("quorum\x00none\n", "Line 1 .*control character"),
        ("\nlog\nquorum none\n", "Line 2 .*a log is written"),
        (f"log {L} u v\n", "Line 1 .*a log is written"),
        (f"log {W}\n", "Line 1 .*of kind 0x04; a log's is 0x01"),
        (f"log {L}\nlog {L}\n", "Line 2 .*earlier line"),
        (f"log {TestKey('another', 1).key}\nlog {L}\n", "Line 2 .*earlier line"),
        (f"witness w {L}\n", "Line 1 .*of kind 0x01; a witness's is 0x04"),
        (f"witness w {W.replace(WITNESS.key.id.hex(), '00000000')}\n", "Line 1 .*id in the vkey"),
        ("witness w name+abc\n", "Line 1 .*a vkey is written"),
        ("witness w\n", "Line 1 .*a witness is written"),
        (f"witness none {W}\n", "Line 1 .*no name"),
        (f"witness w {W}\nwitness w {OTHER}\n", "Line 2 .*named on an earlier line"),
        (f"witness w {W}\nwitness v {W}\n", "Line 2 .*earlier line"),
        (f"witness w {W} ftp://host/\n", "Line 1 .*a URL is"),
        (f"witness w {W} http://host:99999/\n", "Line 1 .*cannot be read"),
        (f"witness w {W} http://user:word@host/\n", "Line 1 .*without user"),
        (f"witness w {W} http://host/?q\n", "Line 1 .*without user"),
        (f"witness w {W} http:///path\n", "Line 1 .*a URL is"),
        (f"witness w {W}\ngroup g any\n", "Line 2 .*a group is written"),
        (f"witness w {W}\ngroup g any v\n", "Line 2 .*no earlier line"),
        (f"witness w {W}\ngroup g any g\n", "Line 2 .*no earlier line"),
        (f"witness w {W}\ngroup g any none\n", "Line 2 .*no earlier line"),
        (f"witness w {W}\ngroup g 2 w\n", "Line 2 .*2 of its 1 members"),
        (f"witness w {W}\ngroup g 0 w\n", "Line 2 .*a number of its members"),
        (f"witness w {W}\ngroup g 01 w\n", "Line 2 .*a number of its members"),
        (f"witness w {W}\ngroup g 1.0 w\n", "Line 2 .*a number of its members"),
        (f"witness w {W}\ngroup g any w w\n", "Line 2 .*a member already"),
        (f"witness w {W}\ngroup g any w\ngroup h any w\n", "Line 3 .*a member already"),
        (f"witness w {W}\ngroup w any w\n", "Line 2 .*named on an earlier line"),
        ("#" * 300_000 + "\n", "longer than"),
    ],
)
def test_each_wrong_line_is_named_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAPolicy, match=reason):
        read(text)


def test_bytes_that_are_no_utf8_are_names_like_others_and_never_break_the_reader() -> None:
    policy = WitnessPolicy.read(
        b"witness \xff " + W.encode() + b"\nwitness \xfe " + OTHER.encode() + b"\nquorum \xff\n"
    )

    assert policy.enough([policy.witnesses[0].name])
    assert not policy.enough([policy.witnesses[1].name])
    for line in (b"log \xff+00000000+AAAA\nquorum none\n", b"witness w " + W.encode() + b" http://\xff/\nquorum w\n"):
        with pytest.raises(NotAPolicy, match="Line 1"):
            WitnessPolicy.read(line)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(TWO_LEVELS.split("\n")),
            st.text(st.characters(max_codepoint=255), max_size=30),
            st.lists(
                st.sampled_from(["log", "witness", "group", "quorum", "any", "w", W, "2", "none"]), max_size=5
            ).map(" ".join),
        ),
        max_size=12,
    ),
    st.binary(max_size=4),
)
def test_any_content_of_the_file_is_a_policy_or_refused(lines: list[str], tail: bytes) -> None:
    written = "".join(f"{line}\n" for line in lines).encode() + tail
    with suppress(NotAPolicy):
        policy = WitnessPolicy.read(written)
        assert policy.enough([one.name for one in policy.witnesses])
