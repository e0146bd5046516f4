"""Letters are found in files, folders and archives, one at a time, and a hostile archive is refused."""

import io
import lzma
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.memo import ArchiveRefused, letters, read_letter
from adapters.memo import archive as limits
from tests.adapters.memo.memo_letters import written


def _packed(path: Path, *members: tuple[tarfile.TarInfo, bytes], form: int = lzma.FORMAT_XZ) -> Path:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    path.write_bytes(lzma.compress(tar.getvalue(), format=form))
    return path


def _member(name: str, content: bytes = b"<a/>", kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = "elsewhere" if kind in {tarfile.SYMTYPE, tarfile.LNKTYPE} else ""
    return member, content


def _found(*paths: Path) -> list[tuple[str, bytes]]:
    return [(name, stream.read()) for name, stream in letters(paths)]


def test_a_file_given_as_an_argument_is_a_letter_under_any_name(tmp_path: Path) -> None:
    file = tmp_path / "brev.memo"
    file.write_bytes(b"<a/>")
    assert _found(file) == [(str(file), b"<a/>")]


def test_a_folder_is_searched_to_the_bottom_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.xml", "a/2.xml", "a/1.XML", "a/læsmig.txt", "c/d/3.xml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    assert [content.decode() for _, content in _found(tmp_path)] == ["b.xml", "a/1.XML", "a/2.xml", "c/d/3.xml"]


def test_a_link_that_leads_round_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<a/>")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    assert len(_found(tmp_path)) == 1


def test_a_path_that_is_not_there_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _found(tmp_path / "nothing.xml")


@pytest.mark.parametrize(
    ("ending", "form"),
    [(".tar.lzma", lzma.FORMAT_ALONE), (".tar.lzma", lzma.FORMAT_XZ), (".tar.xz", lzma.FORMAT_XZ)],
)
def test_an_archive_gives_its_letters_in_order(tmp_path: Path, ending: str, form: int) -> None:
    folder = _member("breve", b"", tarfile.DIRTYPE)
    members = [folder] + [_member(f"breve/{number}.xml", b"x" * number) for number in range(300)]
    path = _packed(tmp_path / f"post{ending}", *members, form=form)
    expected = [(f"{path}/breve/{number}.xml", b"x" * number) for number in range(300)]
    assert _found(path) == expected


def test_letters_of_an_archive_may_be_left_unread(tmp_path: Path) -> None:
    path = _packed(tmp_path / "post.tar.xz", *(_member(f"{n}.xml", os.urandom(100_000)) for n in range(5)))
    assert [name[-5:] for name, _ in letters([path])] == [f"{n}.xml" for n in range(5)]


def test_the_letters_of_an_archive_are_read_straight_from_it(tmp_path: Path) -> None:
    path = _packed(tmp_path / "post.tar.lzma", _member("a.xml", written()), _member("b.xml", b"no"))
    readings = [read_letter(stream) for _, stream in letters([path])]
    assert [reading.letter is not None for reading in readings] == [True, False]


def test_several_compressed_streams_end_to_end_are_one_archive(tmp_path: Path) -> None:
    path = _packed(tmp_path / "post.tar.xz", *(_member(f"{n}.xml", os.urandom(3_000)) for n in range(20)))
    whole = lzma.decompress(path.read_bytes())
    path.write_bytes(lzma.compress(whole[:20_000]) + b"\0" * 8 + lzma.compress(whole[20_000:]))
    assert len(_found(path)) == 20


def test_an_archive_in_a_folder_is_read_in_its_place(tmp_path: Path) -> None:
    _packed(tmp_path / "b.tar.xz", _member("1.xml"))
    (tmp_path / "a.xml").write_bytes(b"<a/>")
    assert [Path(name).name for name, _ in _found(tmp_path)] == ["a.xml", "1.xml"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.xml", "a/../../b.xml", "..\\a.xml"])
def test_a_member_whose_path_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveRefused, match="outside the archive"):
        _found(_packed(tmp_path / "post.tar.xz", _member(name)))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE]
)
def test_a_member_that_is_no_plain_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(ArchiveRefused, match="not a plain file"):
        _found(_packed(tmp_path / "post.tar.xz", _member("a.xml", b"", kind)))


def test_the_letters_before_a_bad_member_are_given(tmp_path: Path) -> None:
    path = _packed(tmp_path / "post.tar.xz", _member("a.xml"), _member("../b.xml"))
    letters_read = letters([path])
    assert next(letters_read)[0].endswith("a.xml")
    with pytest.raises(ArchiveRefused):
        next(letters_read)


def test_an_archive_that_unpacks_to_a_thousand_times_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RATIO_EXEMPT_BYTES", 1_000_000)
    path = _packed(tmp_path / "post.tar.xz", _member("a.xml", bytes(20_000_000)))
    assert path.stat().st_size < 10_000
    with pytest.raises(ArchiveRefused, match="times its size"):
        _found(path)


def test_a_header_that_unpacks_without_bound_is_refused(tmp_path: Path) -> None:
    path = _packed(tmp_path / "post.tar.xz", _member("a.xml", b"x" * 30_000_000, tarfile.GNUTYPE_LONGNAME))
    with pytest.raises(ArchiveRefused, match="header"):
        _found(path)


@pytest.mark.parametrize("limit", ["MEMBERS_MAX", "UNPACKED_BYTES_MAX"])
def test_members_and_bytes_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    path = _packed(tmp_path / "post.tar.xz", *(_member(f"{n}.xml") for n in range(4)))
    monkeypatch.setattr(limits, limit, 3)
    with pytest.raises(ArchiveRefused, match="more than 3"):
        _found(path)


def test_a_decoder_that_asks_for_too_much_memory_is_refused(tmp_path: Path) -> None:
    greedy = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 * 2**20}]
    path = tmp_path / "post.tar.xz"
    path.write_bytes(lzma.compress(b"x" * 100, filters=greedy))
    with pytest.raises(ArchiveRefused, match="not valid"):
        _found(path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: b"",
        lambda packed: b"not an archive",
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:60] + b"\xff" * 20 + packed[80:],
        lambda packed: lzma.compress(b"no tar inside" * 1_000),
        lambda packed: lzma.compress(lzma.decompress(packed)[:9_000]),
    ],
    ids=["empty", "no archive", "cut in half", "overwritten inside", "no tar inside", "tar cut short"],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = _packed(tmp_path / "post.tar.xz", *(_member(f"{n}.xml", os.urandom(3_000)) for n in range(5)))
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ArchiveRefused):
        _found(path)


@pytest.mark.slow
def test_members_that_are_no_letters_are_passed_over_and_an_archive_among_them_is_not_lost(tmp_path: Path) -> None:
    members = ("readme.txt", "1.XML", "billede.png", "mere.tar.xz", "2.xml")
    path = _packed(tmp_path / "post.tar.xz", *(_member(name, os.urandom(2_000_000)) for name in members))
    assert [Path(name).name for name, _ in _found(path)] == ["1.XML", "mere.tar.xz", "2.xml"]
