"""The command `muistio`: one module a command, loaded only when it is called.

`muistio --help` must answer at once, so nothing heavy is imported here: each command's one-line help stands in
`COMMANDS`, and its module is imported when the command is used. A command module defines `command`, a
`click.Command`, and returns its exit code: 0 all done, 1 some documents failed or are partial, 2 wrong usage.
"""

import gc
import importlib
import sys

import click

from pipeline import __version__
from pipeline.errors import DocumentError, MuistioError

COMMANDS = {
    "run": "Read minutes, label them and publish the tables.",
    "report": "Write the HTML report of a store.",
    "find": "Find items by their words, whatever the inflection.",
    "query": "Ask the tables in SQL.",
    "explain": "Say in words why an item got its labels.",
    "actions": "List who does what by when.",
    "diff": "Tell what changed from one store to another.",
    "review": "Have a person check labels, and keep what she says.",
    "export": "Write the tables as CSV, XLSX, JSON lines, Parquet or SQLite.",
    "label": "Label rows of JSON lines or CSV.",
    "lemmatise": "Give the base forms of running text or of a CoNLL-U file.",
    "evaluate": "Score structure and labels against gold documents.",
    "rules": "Check, show and compare the rules in force.",
    "doctor": "Tell what is installed and how to get what is missing.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported one by one, on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"pipeline.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="muistio")
def cli() -> None:
    """Finnish meeting minutes in; labelled, tidy tables, searches and reports out. Everything runs offline."""


def main() -> None:
    """Run the command line and exit with the contract's exit code; an expected error is one sentence, no traceback."""
    gc.set_threshold(20_000, 20, 20)  # start-up makes much and drops nothing: looking for garbage would cost a tenth
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.Abort:
        print("Stopped.", file=sys.stderr)
        code = 130
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except MuistioError as error:
        from pipeline.cli.terminal import say

        say(f"muistio: {error}")
        code = 1 if isinstance(error, DocumentError) else 2
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
