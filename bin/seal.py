"""`rigsbog seal`: seals the ledger, and says how it is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bin import stamp
from bin.desk import exits, output
from bin.desk.options import Json

if TYPE_CHECKING:
    from adapters.seal.sealer import Round

app = typer.Typer(no_args_is_help=True, help="The seal over the ledger: a Merkle tree in open formats, and its keys.")
app.command("stamp")(stamp.stamp)
app.command("stamps")(stamp.stamps)


@app.command()
def once(*, json: Json = False) -> None:
    """Seal what is unsealed now, publish it, and end; `rigsbog run` does the same all the time."""
    from bin.daemon.sealing import seal_now
    from bin.desk.house import open_house

    with open_house() as house:
        reached = seal_now(house)
    if json:
        output.print_json(_form(reached))
    else:
        output.say(f"{reached.size} records are sealed, {reached.published} of them published.")


def _form(reached: Round) -> dict[str, int]:
    return {"size": reached.size, "published": reached.published}


def main() -> None:
    """Run the tool by itself."""
    exits.run(app)


if __name__ == "__main__":
    main()
