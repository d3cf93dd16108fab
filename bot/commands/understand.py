"""`kentongan understand`: JSON lines in, what was understood out; needs neither settings nor database."""

import gc
import sys
from typing import Annotated

import typer

from bot.catalogue import Catalogue
from bot.operator_error import OperatorError


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("understand", help=words.text("cli.understand.help"))
    def understand(
        region: Annotated[str | None, typer.Option(help=words.text("cli.understand.region"))] = None,
    ) -> None:
        # Here and not above: reading all rules and places takes longer than showing `--help`.
        from bot import understand_lines
        from routing.region import load_atlas
        from routing.understand import load_reader

        atlas = load_atlas()
        if region is not None and region not in atlas.regions:
            allowed = ", ".join(sorted(atlas.regions))
            raise OperatorError("cli.understand.region_unknown", value=region, allowed=allowed)
        reader = load_reader(atlas)
        gc.freeze()  # rules and places stay: the garbage collector need not go through them again and again
        understand_lines.run(sys.stdin.buffer, sys.stdout, reader, region)
