"""Errors that a person reads: one sentence that names the thing and the way out.

Every error of the project is a `MuistioError`, so that the command line can print it without a traceback. The
subclasses say who has to act: `UsageError` the person at the keyboard, before any document is read (exit code 2);
`DocumentError` the owner of one document, whose neighbours go on (exit code 1).
"""


class MuistioError(Exception):
    """Base of all errors whose message is meant to be shown as it stands."""


class UsageError(MuistioError):
    """A wrong path, option, rule file or output folder: nothing was read."""


class RuleError(UsageError):
    """A rule file cannot be used; the message names file, line, key and the likely fix."""


class MissingDependency(UsageError):
    """A library or program is not installed; the message says how to get it."""


class DocumentError(MuistioError):
    """One document cannot be read; it is recorded as failed and the run goes on."""
