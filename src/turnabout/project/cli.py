"""`turnabout COMMAND`: loads one command module by name, so that the engine's commands start without Django."""

import ast
import importlib
import os
import signal
import sys
from pathlib import Path

from turnabout.core.errors import CommandError

COMMANDS = Path(__file__).parent / "commands"


def names() -> list[str]:
    return sorted(path.stem.replace("_", "-") for path in COMMANDS.glob("[a-z]*.py"))


def promise(name: str) -> str:
    """What a command's module says of it in its first line, read without loading the module."""
    module = ast.parse((COMMANDS / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(module) or "").partition("\n")[0].partition("`: ")[2]


def usage() -> str:
    longest = max(map(len, names()))
    return (
        "usage: turnabout COMMAND [options]\n\ncommands:\n"
        + "".join(f"  {name:{longest}}  {promise(name)}\n" for name in names())
        + "\n`turnabout COMMAND --help` explains each.\n"
    )


def main() -> int:
    try:
        try:
            return _run(sys.argv[1:])
        finally:
            print(end="", flush=True)
    except BrokenPipeError:
        # Whoever read this (`| head`) has seen enough: end as quietly as other tools do. Python flushes once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(usage())
        return 0
    if arguments[0] not in names():
        sys.stderr.write(f"turnabout: there is no command {arguments[0]!r}.\n\n{usage()}")
        return 2
    module = importlib.import_module(f"turnabout.project.commands.{arguments[0].replace('-', '_')}")
    try:
        return int(module.main(arguments[1:]))
    except CommandError as error:
        sys.stderr.write(f"turnabout {arguments[0]}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
