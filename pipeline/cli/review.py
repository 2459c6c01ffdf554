"""`muistio review`: people check labels, and what they say stays."""

from pathlib import Path

import click

from pipeline.cli.terminal import say, store_option
from pipeline.corrections import FILE, Correction, load, publish_state, save
from pipeline.errors import UsageError
from pipeline.review import check, merged, precision, read_sheet, sheet, spoken_against, write_sheet
from pipeline.state import open_state
from pipeline.store import open_store

_MOST_FAULTS = 50


@click.group(name="review")
def command() -> None:
    """Have a person check labels: a sheet goes out, and what she says of each label is kept and published."""


@command.command(name="export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="N labels drawn at random, for measuring.")
@click.option("--least", type=click.IntRange(min=1), default=100, show_default=True, metavar="N",
              help="The N least certain labels, when no sample is asked for.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed draws another sample.")
@store_option
def export_(file: Path, sample: int | None, least: int, seed: int, store: Path) -> int:
    """Write labels into FILE, a workbook (.xlsx) or CSV, for a person to judge in the column 'arvio'."""
    with open_store(store) as connection:
        rows = sheet(connection, number=sample or least, seed=seed if sample else None)
    write_sheet(rows, file)
    say(f"{len(rows)} labels are in {file}; judge them there, then: muistio review import {file}")
    return 0


@command.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@store_option
def import_(file: Path, store: Path) -> int:
    """Store the verdicts of FILE and publish the tables with them.

    Every row is checked; a wrong one is told with its number and left out. Says how precise the labels were where a
    random sample was judged, and which rules the verdicts speak against.
    """
    out = store if store.is_dir() else store.parent
    if not (out / "state.sqlite").is_file():
        raise UsageError(f"{out} holds no state.sqlite; name the folder that `muistio run` wrote with --store.")
    before = load(out)
    with open_store(store) as connection:
        checked = check(connection, read_sheet(file), before)
    after = merged(before, checked.corrections)
    with open_state(out / "state.sqlite") as state:
        save(out, after)
        publish_state(out, state)
    click.echo(f"{len(checked.corrections)} verdicts stored in {out / FILE}, {checked.empty} rows not judged.")
    _measures(before, after)
    for fault in checked.faults[:_MOST_FAULTS]:
        say(fault)
    if len(checked.faults) > _MOST_FAULTS:
        say(f"… and {len(checked.faults) - _MOST_FAULTS} rows more.")
    return 1 if checked.faults else 0


def _measures(before: tuple[Correction, ...], after: tuple[Correction, ...]) -> None:
    """Precision on the random sample before and now, and the rules that were wrong."""
    earlier, now = precision(before), precision(after)
    if now[""].judged:
        click.echo("Precision on labels drawn at random (95 % interval):")
        for name, figure in now.items():
            was = f"  before: {earlier[name]}" if name in earlier and earlier[name] != figure else ""
            click.echo(f"  {name or 'all labels':<16} {figure}{was}")
    uncertain = precision(after, chosen="uncertain")[""]
    if uncertain.judged:
        click.echo(f"Of the least certain labels were right: {uncertain}")
    against = spoken_against(after)
    if against:
        click.echo("Rules whose labels were removed:")
    for rule, figure in against:
        click.echo(f"  {rule:<40} {figure.judged - figure.right} of {figure.judged} removed")
