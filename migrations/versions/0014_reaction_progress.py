"""Guard how far reactions were executed, and let only the leader's role write it.

`rigsbog run` of an earlier version cannot store its progress any more: stop it before, and start the new one after.
If its login is not the one that migrates, grant it the role rigsbog_react.
"""

from pathlib import Path

from migrations.sql import run_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
