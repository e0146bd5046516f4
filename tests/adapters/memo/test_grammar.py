"""MeMo 1.1 and 1.2 letters are checked element by element, and all errors are reported at once."""

import pytest
from lxml import etree

from tests.adapters.memo.memo_letters import MEMO, changed, codes, outlined, read, whole_letter, written

VERSIONS = ("1.1", "1.2")


def _paths(version: str, *, optional: bool) -> list[str]:
    root, marked = outlined(version)
    tree = root.getroottree()
    return [tree.getpath(element) for element, may_be_left_out in marked if may_be_left_out is optional]


def _at(root: etree._Element, path: str) -> etree._Element:
    elements = root.xpath(path, namespaces={key: value for key, value in root.nsmap.items() if key})
    assert isinstance(elements, list)
    element = elements[0]
    assert isinstance(element, etree._Element)
    return element


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _plain(path: str) -> str:
    return "/" + "/".join(step.rpartition(":")[2] for step in path.strip("/").split("/"))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_letter_with_every_element_is_valid(version: str) -> None:
    reading = read(whole_letter(version))
    assert reading.faults == ()
    assert reading.letter is not None
    assert reading.letter.memo_version == version


@pytest.mark.parametrize("version", VERSIONS)
def test_every_optional_element_may_be_left_out(version: str) -> None:
    paths = _paths(version, optional=True)
    assert len(paths) > 150
    for path in paths:
        root = whole_letter(version)
        element = _at(root, path)
        _parent(element).remove(element)
        assert read(root).faults == (), path


@pytest.mark.parametrize("version", VERSIONS)
def test_every_missing_required_element_is_reported_at_its_place(version: str) -> None:
    paths = [path for path in _paths(version, optional=False) if not path.endswith("Reservation")]
    assert len(paths) > 70
    for path in paths:
        root = whole_letter(version)
        element = _at(root, path)
        _parent(element).remove(element)
        (fault,) = read(root).faults
        assert fault.code in {"element.missing", "message.body.missing"}
        assert fault.path.replace("[1]", "") == _plain(path).replace("[1]", ""), path


@pytest.mark.parametrize("version", VERSIONS)
def test_every_single_element_may_occur_only_once(version: str) -> None:
    repeating = ("ContactInfo", "ReplyData", "AdditionalContentData", "Document", "File", "Action")
    for path in _paths(version, optional=True) + _paths(version, optional=False):
        if _plain(path).rpartition("/")[2].partition("[")[0].endswith(repeating) and "MainDocument" not in path:
            continue
        if path.endswith(("File", "Action[1]", "Action[2]")):
            continue
        root = whole_letter(version)
        element = _at(root, path)
        element.addnext(etree.fromstring(etree.tostring(element)))
        assert "element.too.many" in codes(read(root)), path


@pytest.mark.parametrize("version", VERSIONS)
def test_neighbours_may_not_change_places(version: str) -> None:
    root, marked = outlined(version)
    tree = root.getroottree()
    pairs = [tree.getpath(element) for element, _ in marked if element.getnext() is not None]
    for path in pairs:
        root = whole_letter(version)
        element = _at(root, path)
        following = element.getnext()
        assert following is not None
        if following.tag == element.tag or element.tag.endswith("Reservation"):
            continue
        following.addnext(element)
        assert codes(read(root)) == ["element.order.not.allowed"], path


def test_ten_kinds_of_text_are_checked_each_by_its_own_rule() -> None:
    wrong = {
        "label": ("x" * 257, "text.too.long"),
        "notification": ("x" * 151, "text.too.long"),
        "reply": ("ja", "boolean.format.not.allowed"),
        "replyByDateTime": ("2026-11-21T12:00:00+01:00", "date.time.format.not.allowed"),
        "doNotDeliverUntilDate": ("2026-02-30", "date.format.not.allowed"),
        "messageType": ("BREV", "message.type.not.allowed"),
        "messageUUID": ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "uuid.format.not.allowed"),
        "language": ("dan", "language.format.not.allowed"),
        "content": ("VGhp*", "file.content.format.not.allowed"),
        "globalLocationNumber": ("57980000123456", "number.format.not.allowed"),
        "productionUnitNumber": ("12345678901", "number.format.not.allowed"),
        "licenseNumber": ("AB123456", "text.too.long"),
        "comment": ("x" * 513, "text.too.long"),
    }
    for name, (text, code) in wrong.items():
        root = whole_letter("1.1")
        element = next(each for each in root.iter() if str(each.tag).endswith("}" + name))
        element.text = text
        faults = read(root).faults
        assert [fault.code for fault in faults] == [code], name
        assert faults[0].path.rpartition("/")[2] == name
        assert faults[0].fault == "sender"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("label", "æ" * 256),
        ("label", ""),
        ("notification", "x" * 150),
        ("reply", " 1 "),
        ("reply", ""),
        ("replyByDateTime", "2026-12-31T24:00:00Z"),
        ("replyByDateTime", " 2026-12-31T12:00:00.123456789Z\n"),
        ("doNotDeliverUntilDate", "2024-02-29"),
        ("messageUUID", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
        ("content", "VGhp\n  cyBp\tcw==\n"),
        ("globalLocationNumber", "0005798000012345"),
    ],
)
def test_text_at_the_edge_of_its_rule_is_allowed(name: str, text: str) -> None:
    root = whole_letter("1.1")
    next(each for each in root.iter() if str(each.tag).endswith("}" + name)).text = text
    assert read(root).faults == ()


@pytest.mark.parametrize("text", ["VGhpc", "====", "VGhpcx==", "VGhpcw==VGhp", "VG=p", "æææ="])
def test_base64_that_is_cut_off_or_says_two_things_is_refused(text: str) -> None:
    root = whole_letter("1.1")
    next(each for each in root.iter() if str(each.tag).endswith("}content")).text = text
    assert codes(read(root)) == ["file.content.format.not.allowed"]


def test_an_action_has_a_reservation_or_an_entry_point_but_not_both() -> None:
    root = whole_letter("1.1")
    reservation = next(root.iter(f"{{{MEMO}}}Reservation"))
    entry_point = etree.fromstring(etree.tostring(next(root.iter(f"{{{MEMO}}}EntryPoint"))))
    reservation.addnext(entry_point)
    assert codes(read(root)) == ["element.alternatives.not.allowed"]


@pytest.mark.parametrize(
    ("element", "most", "path"),
    [
        ("ContactInfo", 2, "/Message/MessageHeader/Sender/ContactPoint/ContactInfo[3]"),
        ("AdditionalContentData", 10, "/Message/MessageHeader/ContentData/AdditionalContentData[11]"),
        ("AdditionalReplyData", 4, "/Message/MessageHeader/ReplyData[1]/AdditionalReplyData[5]"),
    ],
)
def test_a_repeating_element_has_its_own_limit(element: str, most: int, path: str) -> None:
    root = whole_letter("1.1")
    first = next(root.iter(f"{{{MEMO}}}{element}"))
    present = len([each for each in _parent(first) if each.tag == first.tag])
    for _ in range(most - present):
        first.addnext(etree.fromstring(etree.tostring(first)))
    assert read(root).faults == ()
    first.addnext(etree.fromstring(etree.tostring(first)))
    assert [(fault.code, fault.path) for fault in read(root).faults] == [("element.too.many", path)]


def test_an_unknown_element_is_reported_by_its_number_and_never_by_the_senders_name_for_it() -> None:
    letter = changed(written(), "<memo:MessageHeader>", "<memo:MessageHeader><memo:x6101901234/>")
    (fault,) = read(letter).faults
    assert fault.code == "element.not.allowed"
    assert fault.path == "/Message/MessageHeader/*[1]"
    assert "6101901234" not in fault.model_dump_json()


def test_a_known_element_in_the_wrong_place_is_reported_by_its_name() -> None:
    letter = changed(written(), "<memo:MessageHeader>", "<memo:MessageHeader><memo:senderID>1</memo:senderID>")
    assert read(letter).faults[0].path == "/Message/MessageHeader/senderID"


def test_text_between_elements_is_refused_once_for_each_element() -> None:
    letter = changed(written(), "<memo:MessageHeader>", "<memo:MessageHeader>hej<!-- x -->hej")
    assert codes(read(letter)) == ["text.not.allowed"]


def test_only_the_root_has_attributes() -> None:
    letter = changed(written(), "<memo:MessageHeader>", '<memo:MessageHeader lang="da">')
    (fault,) = read(letter).faults
    assert (fault.code, fault.path) == ("attribute.not.allowed", "/Message/MessageHeader/@*")


@pytest.mark.parametrize(
    ("version", "before", "after", "faults"),
    [
        ("1.1", ' memoSchVersion="1.1.0"', "", ["attribute.missing"]),
        ("1.1", ' memoVersion="1.1"', "", ["attribute.missing"]),
        ("1.2", ' memoVersion="1.2"', ' memoVersion="1.2" memoSchVersion="1.2.0"', []),
        ("1.2", ' memoVersion="1.2"', ' memoVersion="2.0"', ["memo.version.not.allowed"]),
        ("1.2", ' memoVersion="1.2"', ' memoVersion="1.2" farve="blå"', ["attribute.not.allowed"]),
        (
            "1.2",
            ' memoVersion="1.2"',
            ' memoVersion="1.2" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a b"',
            [],
        ),
        ("1.2", "<memo:mandatory>false</memo:mandatory>", "", []),
        ("1.1", "<memo:mandatory>false</memo:mandatory>", "", ["element.missing"]),
        ("1.2", "<memo:legalNotification>false</memo:legalNotification>", "", []),
        ("1.1", "<memo:legalNotification>false</memo:legalNotification>", "", ["element.missing"]),
    ],
)
def test_the_two_versions_differ_where_they_should(version: str, before: str, after: str, faults: list[str]) -> None:
    assert codes(read(changed(written(memo_version=version), before, after))) == faults


@pytest.mark.parametrize("name", ["Representative", "originalRepresentative"])
def test_an_element_of_1_2_is_refused_in_1_1(name: str) -> None:
    root = whole_letter("1.2")
    root.set("memoVersion", "1.1")
    root.set("memoSchVersion", "1.1.0")
    for other in {"Representative", "originalRepresentative"} - {name}:
        element = next(root.iter(f"{{{MEMO}}}{other}"))
        _parent(element).remove(element)
    (fault,) = read(root).faults
    assert fault.code == "element.not.allowed"
    assert fault.path.endswith(f"/{name}")


def test_the_label_of_a_number_type_is_gone_in_1_2() -> None:
    root = whole_letter("1.1")
    root.set("memoVersion", "1.2")
    faults = read(root).faults
    assert [fault.path for fault in faults] == [
        "/Message/MessageHeader/Sender/idTypeLabel",
        "/Message/MessageHeader/Recipient/idTypeLabel",
    ]


def test_a_structured_and_an_unstructured_address_may_occur_together() -> None:
    root = whole_letter("1.1")
    assert len(list(root.iter("{https://data.gov.dk/model/core/}UnstructuredAddress"))) == 3
    assert read(root).faults == ()


def test_all_faults_are_reported_at_once_each_with_its_path() -> None:
    letter = written(memo_version="1.1")
    letter = changed(letter, "<memo:label>Din årsopgørelse</memo:label>", "")
    letter = changed(letter, "<memo:mandatory>false", "<memo:mandatory>nej")
    letter = changed(letter, "<memo:idType>CPR", "<memo:idType>PAS")
    letter = changed(letter, "<memo:language>da", "<memo:language>dansk")
    letter = changed(letter, "Årsopgørelse.pdf", "Års:opgørelse.exe")
    assert {(fault.code, fault.path) for fault in read(letter).faults} == {
        ("element.missing", "/Message/MessageHeader/label"),
        ("boolean.format.not.allowed", "/Message/MessageHeader/mandatory"),
        ("id.type.not.allowed", "/Message/MessageHeader/Recipient/idType"),
        ("language.format.not.allowed", "/Message/MessageBody/MainDocument/File[1]/language"),
        ("file.name.not.allowed", "/Message/MessageBody/MainDocument/File[1]/filename"),
        ("file.extension.not.allowed", "/Message/MessageBody/MainDocument/File[1]/filename"),
    }


def test_at_most_a_hundred_faults_are_listed_and_the_last_line_says_there_are_more() -> None:
    wrong = "<memo:ReplyData/>" * 300
    reading = read(changed(written(), "</memo:MessageHeader>", f"{wrong}</memo:MessageHeader>"))
    assert len(reading.faults) == 101
    assert reading.faults[-1].code == "memo.faults.too.many"
    assert reading.sender is not None
