"""Records what operators do: each act is a fact first, and only then done.

An operator needs no key for personal data: these facts hold none.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any
from uuid import UUID, uuid5

from bin.application.application import Application
from bin.application.outcomes import Recorded
from domain.command import AnyCommand
from domain.context import Request
from domain.operations.operation import OperatorsFact, RebuildAttested, RebuildBegun, RebuildGivenUp, RegisterPutBack
from domain.operations.operation_commands import RecordAct, SwapRegister
from domain.subject import register_id
from projections.rebuilding.recorder import Aborting, Act, Beginning, Compared, Recorder, RollingBack

COMMANDS_NAMESPACE = UUID("d1a5bbd4-3a4e-4d6c-9a55-1f5bb0a9c003")


def operator_request(
    application: Application, *, authority: str | None = None, case: str | None = None, command: UUID | None = None
) -> Request:
    """The request of an operator."""
    actor = f"operator:{application.settings.operator}"
    return application.request(actor, authority=authority, case=case, command=command)


def record(application: Application, command: AnyCommand, request: Request | None = None) -> int | None:
    """Record an operator's act, which may be done when this returns; its position, None for nothing to record.

    Raises the command's refusal, or what CommandHandler.execute raises.
    """
    outcome = application.keyless_handler.execute(command, request or operator_request(application))
    return outcome.first if isinstance(outcome, Recorded) else None


def record_act(application: Application, fact: OperatorsFact, request: Request | None = None) -> int | None:
    """Record an operator's act that no rule restricts."""
    return record(application, RecordAct(fact=fact), request)


def rebuild_recorder(application: Application) -> Recorder:
    """Records each act of a rebuild before the rebuild goes on; safe from any thread."""

    def record_rebuild(act: Act) -> None:
        match act:
            case Beginning(name, declaration):
                record_act(application, RebuildBegun(**_register(name), declaration=declaration))
            case Compared():
                _record_comparison(application, act)
            case RollingBack(name, despite):
                record_act(application, RegisterPutBack(**_register(name), despite_differences=despite))
            case Aborting(name):
                record_act(application, RebuildGivenUp(**_register(name)))

    return record_rebuild


def _record_comparison(application: Application, act: Compared) -> None:
    """Attest equal tables, and then record the swap; once, however often the comparison is repeated."""
    software = version("rigsbog")
    attested = None
    if act.equal is not None:
        attested_fact = RebuildAttested(
            **_register(act.name),
            declaration=act.declaration,
            software_version=software,
            position=act.position,
            rows=act.equal.rows,
            digest=act.equal.sha256,
        )
        attested = record_act(application, attested_fact, _once(application, "attest", act, software))
        assert attested is not None, "an attestation is always recorded, now or before"
    if act.swapping:
        swap = SwapRegister(
            name=act.name,
            position=act.position,
            attested=attested,
            not_compared=act.not_compared,
            despite_differences=act.equal is None and act.not_compared is None,
        )
        record(application, swap, _once(application, "swap", act, software))


def _register(name: str) -> dict[str, Any]:
    return {"subject": register_id(name), "name": name}


def _once(application: Application, what: str, act: Compared, software: str) -> Request:
    """A request whose command id is the same when the same comparison is repeated after a kill."""
    digest = act.not_compared if act.equal is None else act.equal.sha256
    identity = (what, act.name, act.declaration, software, act.started_at.isoformat(), act.position, digest)
    return operator_request(application, command=uuid5(COMMANDS_NAMESPACE, " ".join(map(str, identity))))
