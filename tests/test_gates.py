"""The rules of CONTRIBUTING.md and the style, each as a check that runs."""

import ast
import importlib
import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from domain.identity.cpr import NotACprNumber, parse_cpr
from tests.sources import PACKAGES, ROOT, definitions, files, modules, parsed, shown

MODULE_LINES_MAX = 300
ONE_FILE = "bin/verify_receipt.py"
ONE_FILE_LINES_MAX = 1_200
"""The verifier is one file, so that a stranger can copy it and read it whole (docs/decisions/0029)."""
FUNCTION_LINES_MAX = 40
TEST_MODULE_LINES_MAX = 400
"""A test module may hold one rule's many cases; beyond this it is two rules."""
TEST_FUNCTION_LINES_MAX = 60
"""A test with a long scenario in order is easier to follow than one cut in pieces."""

EMPTY_WORDS = frozenset({"manager", "helper", "helpers", "util", "utils", "data", "info", "misc"})
NOT_OURS_TO_CHOOSE = {
    "DataDisclosed": "personal data, in the law's own words (GDPR art. 4)",
    "DiscloseData": "personal data, in the law's own words (GDPR art. 4)",
    "LetterParser.data": "the XML parser calls its target so",
    "WitnessProtocol.data_received": "asyncio calls its protocols so",
}
"""Names that must hold such a word, and why."""

SENTENCE = re.compile(r"[A-Z`0-9].*[.:?]")
NOQA = re.compile(r"# noqa(?!: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)* +[-#] +\w+)")
"""An exception from a rule of ruff without its number, or without a reason."""
OPTION_IN_SENTENCE = re.compile(r"[ `(]--[a-z]|^--[a-z]+:? ")
LEFT_UNDONE = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b|\bmark\.(skip|xfail)|\bpytest\.(skip|xfail|importorskip)\(")
CLAIM_ELSEWHERE = {"run_state_machine_as_test"}
"""What asserts in a library's words: the state machines of hypothesis."""
NAMED_AS_CLAIM = re.compile(r"assert_\w+|then|then_\w+")
"""The names of the tests' own functions that state a test's claim."""
REGISTRY_HOST = re.compile(
    r"\b(py[p]i|python[h]osted|npm[j]s|cr[a]tes|ruby[g]ems|ana[c]onda)[.](org|com|io)\b", re.IGNORECASE
)
INDEX_OPTION = re.compile(r"--(extra-)?index[-]url|--find[-]links|--trusted[-]host")
PINNED = re.compile(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")
CPR_LIKE = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}[- ]?[0-9]{4}(?![0-9A-Za-z])")

OUTSIDE = frozenset({"os", "sys", "time", "random", "secrets", "socket", "subprocess", "pathlib", "logging", "io"})
CLOCKS_AND_CHANCE = frozenset({"now", "utcnow", "today", "uuid1", "uuid4"})
FILES_AND_SCREENS = frozenset({"open", "input", "print"})


@pytest.mark.parametrize(("folders", "lines_max"), [(PACKAGES, MODULE_LINES_MAX), (("tests",), TEST_MODULE_LINES_MAX)])
def test_a_module_has_one_idea_and_so_few_lines(folders: tuple[str, ...], lines_max: int) -> None:
    lines = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*folders)}
    allowed = {ONE_FILE: ONE_FILE_LINES_MAX}
    assert {path: count for path, count in lines.items() if count > allowed.get(path, lines_max)} == {}


@pytest.mark.parametrize(
    ("folders", "lines_max"), [(PACKAGES, FUNCTION_LINES_MAX), (("tests",), TEST_FUNCTION_LINES_MAX)]
)
def test_a_function_fits_on_a_screen(folders: tuple[str, ...], lines_max: int) -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in modules(*folders)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= lines_max
    ]
    assert long == []


def test_every_module_opens_with_a_sentence() -> None:
    openings = {shown(path): ast.get_docstring(parsed(path)) or "" for path in modules(*PACKAGES, "tests")}
    assert [
        path for path, text in openings.items() if not SENTENCE.fullmatch(" ".join(text.split("\n\n")[0].split()))
    ] == []


def test_no_name_is_made_of_an_empty_word() -> None:
    named = [(shown(path), path.stem) for path in modules(*PACKAGES, "tests")]
    # A test's name is a whole sentence, and may need any word.
    named += [(shown(path), name) for path in modules(*PACKAGES) for name, _ in definitions(parsed(path))]
    empty = [
        f"{path} {name}"
        for path, name in named
        if name not in NOT_OURS_TO_CHOOSE and words(name.rsplit(".", 1)[-1]) & EMPTY_WORDS
    ]
    assert empty == []


def words(name: str) -> set[str]:
    """The words of a name, be it written with capitals or with underscores."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def test_an_exception_from_a_rule_gives_its_reason_on_its_line() -> None:
    bare = [
        f"{shown(path)}:{number}"
        for path in modules(*PACKAGES, "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if NOQA.search(line) and path != Path(__file__)
    ]
    assert bare == []


def test_the_formatter_formats_the_whole_product() -> None:
    assert [shown(path) for path in modules(*PACKAGES) if "# fmt:" in path.read_text(encoding="utf-8")] == []


def test_no_use_case_names_an_option_of_the_command_line() -> None:
    """HTTP shows the same messages. The page of a bundle has styles, and shows how to call the verifier."""
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in modules("bin/application")
        if not path.name.startswith("page_")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OPTION_IN_SENTENCE.search(node.value)
    ]
    assert found == []


def test_no_test_is_skipped_and_nothing_is_left_to_do() -> None:
    found = [shown(path) for path, text in files() if LEFT_UNDONE.search(text)]
    assert found == []


def test_every_test_can_fail() -> None:
    functions = [
        (f"{shown(path)}:{node.lineno}", node.name, called_by(node))
        for path in modules("tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef)
    ]
    # A test may leave its claim to a function that is named as a claim: `given(...).when(...).then(...)` does.
    at_once = {"assert", "raises", *CLAIM_ELSEWHERE}
    claiming = set(at_once)
    while more := {name for _, name, called in functions if called & claiming} - claiming:
        claiming |= more
    visible = {name for name in claiming if name in at_once or NAMED_AS_CLAIM.fullmatch(name)}
    idle = [f"{place} {name}" for place, name, called in functions if name.startswith("test_") and not called & visible]
    assert idle == []


def called_by(function: ast.FunctionDef) -> set[str]:
    """What the function calls, by its last name, and `assert` if it asserts."""
    called = set()
    for node in ast.walk(function):
        match node:
            case ast.Assert():
                called.add("assert")
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                called.add(name)
            case _:
                pass
    return called


def test_the_law_reads_no_clock_no_chance_and_nothing_outside() -> None:
    calls = [
        f"{shown(path)}:{node.lineno} {ast.unparse(node)}"
        for path in modules("domain")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call) and reaches_outside(node)
    ]
    assert calls == []


@pytest.mark.parametrize(
    "source",
    ["import os", "from time import time", "import os.path", "datetime.now(UTC)", "date.today()", "uuid4()", "open(p)"],
)
def test_the_guard_of_the_law_sees_what_it_must(source: str) -> None:
    statement = ast.parse(source).body[0]
    node = statement.value if isinstance(statement, ast.Expr) else statement
    assert isinstance(node, ast.Import | ast.ImportFrom | ast.Call)
    assert reaches_outside(node)


def reaches_outside(node: ast.Import | ast.ImportFrom | ast.Call) -> bool:
    """Whether the statement would let a decision depend on more than its arguments."""
    match node:
        case ast.Import(names=names):
            return any(alias.name.split(".")[0] in OUTSIDE for alias in names)
        case ast.ImportFrom(module=str(module)):
            return module.split(".")[0] in OUTSIDE
        case ast.Call(func=ast.Name(id=called)):
            return called in CLOCKS_AND_CHANCE | FILES_AND_SCREENS
        case ast.Call(func=ast.Attribute(attr=called)):
            return called in CLOCKS_AND_CHANCE
        case _:
            return False


def uses_process(tree: ast.Module) -> list[str]:
    """What a module uses of its process: members of `sys`, under any name, and functions that print, ask or exit."""
    sys_names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "sys"
    }
    used: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=holder), attr=name) if holder in sys_names:
                used.add(f"sys.{name}")
            case ast.ImportFrom(module="sys", names=aliases):
                used |= {f"sys.{alias.name}" for alias in aliases}
            case ast.Name(id=name) if name in {"print", "input", "exit", "quit", "SystemExit"}:
                used.add(name)
    return sorted(used)


def test_a_use_of_the_process_is_noticed_under_any_name() -> None:
    source = "import sys as s\nfrom sys import exit as e\ns.stdout\nprint()\nraise SystemExit(1)"
    assert uses_process(ast.parse(source)) == ["SystemExit", "print", "sys.exit", "sys.stdout"]


def test_no_use_case_prints_asks_or_exits() -> None:
    used = {shown(path): uses_process(parsed(path)) for path in modules("bin/application")}
    assert {path: names for path, names in used.items() if set(names) - {"sys.executable"}} == {}


def test_no_file_names_a_package_registry() -> None:
    found = [shown(path) for path, text in files() if REGISTRY_HOST.search(text)]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_exactly_with_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if not entry.startswith("#")]
    assert packages
    assert [entry for entry in packages if not PINNED.fullmatch(entry)] == []


def test_what_tests_need_is_not_installed_in_production() -> None:
    installed = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert [name for name in ("pytest", "hypothesis", "mypy", "ruff", "pymerkle") if f"\n{name}==" in installed] == []


def test_no_file_says_from_which_index_packages_come() -> None:
    read = ["requirements.txt", "requirements-dev.txt", "Makefile", ".ci/run", "pyproject.toml"]
    assert [name for name in read if INDEX_OPTION.search((ROOT / name).read_text(encoding="utf-8"))] == []


def test_no_number_of_a_person_is_in_the_repository() -> None:
    places = [
        f"{shown(path)}: a number that begins {number[:4]}"
        for path, text in files()
        for number in CPR_LIKE.findall(text)
        if could_be_a_persons(number)
    ]
    assert places == []


def could_be_a_persons(text: str) -> bool:
    """Whether a person may have the number; replacement numbers (day + 60) belong to no person."""
    try:
        number = parse_cpr(text)
    except NotACprNumber:
        return False
    return not number.is_replacement


def test_the_search_for_numbers_finds_one() -> None:
    # Put together here, so that the file itself holds none.
    persons, replacement = "010190" + "1234", "610190" + "1234"
    assert [could_be_a_persons(number) for number in (persons, replacement)] == [True, False]
    assert CPR_LIKE.findall(f"<id>{persons}</id>, {persons[:6]}-{persons[6:]}") == [persons, f"{persons[:6]}-1234"]


@pytest.mark.parametrize("package", PACKAGES)
def test_our_packages_are_ours_and_no_other_distribution_holds_their_names(package: str) -> None:
    # Another distribution's `adapters` would overwrite ours without a warning; ours would then lie elsewhere.
    assert set(packages_distributions().get(package, ())) <= {"rigsbog"}
    file = importlib.import_module(package).__file__
    assert file is not None
    assert Path(file).parent == ROOT / package


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    heavy = ["sqlalchemy", "psycopg", "alembic", "lxml", "cryptography", "eventsourcing", "domain.entities"]
    program = (
        "import sys, json, atexit\n"
        f"atexit.register(lambda: sys.stderr.write(json.dumps([m for m in {heavy} if m in sys.modules])))\n"
        "sys.argv = ['rigsbog', '--help']\n"
        "from bin.rigsbog import main\n"
        "main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "migrate" in ran.stdout
    assert json.loads(ran.stderr) == []


def test_each_decision_has_its_own_number_and_its_title_says_it() -> None:
    numbers = []
    for decision in sorted((ROOT / "docs" / "decisions").glob("0*.md")):
        number = int(decision.name.partition("-")[0])
        assert decision.read_text().startswith(f"# {number}. "), decision.name
        numbers.append(number)
    assert numbers == list(range(1, len(numbers) + 1))
