"""The one command: `rigsbog TOOL`; the tools themselves are in `bin/cli/app.py`."""

from bin.cli import exits


def main() -> None:
    """Run the command; known errors become one line and a documented exit code."""
    exits.run(_run)


def _run() -> None:
    from bin.cli.app import app  # noqa: PLC0415 - an interrupt during the imports too must end in one line

    app(prog_name="rigsbog")


if __name__ == "__main__":
    main()
