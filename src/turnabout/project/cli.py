"""`turnabout COMMAND`: loads one command module by name, so that the engine's commands start without Django."""

import importlib
import sys
from pathlib import Path

from turnabout.core.errors import CommandError

COMMANDS = Path(__file__).parent / "commands"


def names() -> list[str]:
    return sorted(path.stem.replace("_", "-") for path in COMMANDS.glob("[a-z]*.py"))


def usage() -> str:
    return (
        "usage: turnabout COMMAND [options]\n\ncommands:\n"
        + "".join(f"  {name}\n" for name in names())
        + "\n`turnabout COMMAND --help` explains each.\n"
    )


def main() -> int:
    arguments = sys.argv[1:]
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
