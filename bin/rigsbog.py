"""The one command: `rigsbog TOOL`; the tools themselves are in `bin/tools.py`."""

from bin.desk import exits


def main() -> None:
    """Run the command; known errors become one line and a documented exit code."""
    exits.run(_run)


def _run() -> None:
    # Imported here, so that an interrupt during the imports too ends as one line.
    from bin.tools import app

    app(prog_name="rigsbog")


if __name__ == "__main__":
    main()
