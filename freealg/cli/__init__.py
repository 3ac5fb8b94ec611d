"""The command line: `freealg derive`, `moments`, `density`, `graphs`, `demo`, `doctor`.

Every refusal is one line on stderr and exit code 2. This is the only room that prints.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, final

from freealg import __version__
from freealg.errors import FreeAlgError

if TYPE_CHECKING:
    from freealg.cli.section import Section

__all__ = ["main"]

_EXPRESSION = "a law or an element: 'wishart(phi) + wigner(2*eps)', 'mp(1/2) [+] projection(1/3)', 'mp(1)^[x](1/2)'"
_MINUS = re.compile(r"-[^-a-zA-Z]|-\w+\(")
_EXAMPLES = """examples:
  freealg derive "wishart(phi) + wigner(2*eps)"
  freealg derive "mp(1/2) [+] projection(1/3)" --check 500 --plot picture.png
  freealg moments "mp(1)^[x](1/2)" 8
  freealg density "sc(0, 1/3) [+] discrete({-1: 1/3, 0: 1/3, 1: 1/3})" --x=-1,0,1/2
  freealg graphs 3
[+] and [x] are the free convolutions of laws; + and @ join free random matrices."""
_VALUES = "values of the symbols: phi=1/2,eps=1/8"


@final
class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """One line on stderr, exit code 2."""
        self.exit(2, f"freealg: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code: 0, 2 for a refusal, 130 when interrupted."""
    try:
        options = _parser().parse_args([_typed(argument) for argument in (sys.argv[1:] if arguments is None else arguments)])
        _write(_command(options.command)(options), as_json=options.json)
    except FreeAlgError as error:
        print(f"freealg: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has seen enough; keep Python from complaining when it closes stdout
        _drop_output()
    return 0


def _typed(argument: str) -> str:
    """The argument as UTF-8 whatever the locale says; -1,0 and -mp(1/2) are values, and a space in front tells argparse that they are no options."""
    with suppress(UnicodeError):
        argument = os.fsencode(argument).decode("utf-8")
    return f" {argument}" if _MINUS.match(argument) else argument


def _drop_output() -> None:
    """What is still buffered goes nowhere: Python would write it when it closes stdout, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print(text: str) -> None:
    """On any terminal: letters that its encoding lacks are escaped, and a full disk is a refusal."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_output()
        raise FreeAlgError(f"the output cannot be written: {error.strerror}; send it somewhere else") from None


def _command(name: str) -> Callable[[argparse.Namespace], Iterator[Section]]:
    """The function of a command; its module, and with it the engine, is loaded only now."""
    command: Callable[[argparse.Namespace], Iterator[Section]] = import_module(f"freealg.cli.{name}").run
    return command


def _write(sections: Iterator[Section], as_json: bool) -> None:
    """Print sections as they are found, or all of their data as one JSON object at the end."""
    collected: dict[str, Any] = {}
    gap = ""
    for section in sections:
        if as_json:
            collected |= section.data
        elif section.text:
            _print(gap + section.text)
            gap = "\n"
    if as_json:
        _print(json.dumps(collected, indent=2, allow_nan=False))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="freealg",
        description="A symbolic engine for free probability.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"freealg {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_derive(commands)
    _add_moments(commands)
    _add_density(commands)
    _add_graphs(commands)
    _add_demo(commands)
    _new(commands, "doctor", "Versions, conventions, and a self-check with an exit status: 0 when every check passes, else 2.")
    return parser


def _new(commands: Any, name: str, summary: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    command.add_argument("--json", action="store_true", help="one JSON object instead of text; exact numbers are strings")
    return command


def _add_derive(commands: Any) -> None:
    command = _new(commands, "derive", "Transforms, algebraic equation, moments, atoms and support, with the steps that lead there.")
    command.add_argument("expression", metavar="EXPR", help=_EXPRESSION)
    command.add_argument("--moments", type=_count, default=6, metavar="N", help="how many moments and free cumulants (6)")
    command.add_argument("--at", metavar="VALUES", help=_VALUES)
    command.add_argument("--check", type=_count, metavar="N", help="compare with sampled matrices of size N")
    command.add_argument("--seed", type=_count, default=0, help="of the samples (0)")
    command.add_argument("--plot", metavar="FILE", type=str.strip, help="draw the density, over a histogram with --check")
    command.add_argument("--format", choices=("text", "markdown", "latex"), default="text", help="of the derivation and the table")


def _add_moments(commands: Any) -> None:
    command = _new(commands, "moments", "Exact moments and free cumulants.")
    command.add_argument("expression", metavar="EXPR", help=_EXPRESSION)
    command.add_argument("count", type=_count, metavar="N", help="how many")
    command.add_argument("--at", metavar="VALUES", help=_VALUES)
    command.add_argument("--format", choices=("text", "latex", "csv", "html"), default="text")


def _add_density(commands: Any) -> None:
    command = _new(commands, "density", "The density and the distribution function, with the edges and the atoms.")
    command.add_argument("expression", metavar="EXPR", help=_EXPRESSION)
    command.add_argument("--at", metavar="VALUES", help=_VALUES)
    where = command.add_mutually_exclusive_group()
    where.add_argument("--points", type=_count, default=21, metavar="N", help="on a grid of N points in each interval of the support (21)")
    where.add_argument("--x", metavar="LIST", help="at these points: 0,1/2,sqrt(2)")
    command.add_argument("--dps", type=_count, metavar="D", help="with D significant digits (double precision otherwise)")
    command.add_argument("--plot", metavar="FILE", type=str.strip, help="draw the density")


def _add_graphs(commands: Any) -> None:
    command = _new(commands, "graphs", "Admissible graphs with 2K edges, by type, and the polynomial P(K) of nonlinear random matrices.")
    command.add_argument("k", type=_count, metavar="K", help="half the number of edges, at least 1")
    command.add_argument("--draw", metavar="FILE", type=str.strip, help="draw one graph of each isomorphism class")


def _add_demo(commands: Any) -> None:
    command = _new(commands, "demo", "The Hessian of a loss surface, wishart(phi) + wigner(2*eps), derived and checked against sampled matrices.")
    command.add_argument("--at", default="phi=1/2,eps=1/8", metavar="VALUES", help="the ratio phi and the energy eps (phi=1/2,eps=1/8)")
    command.add_argument("--n", type=_count, default=1000, metavar="N", help="size of the sampled matrices (1000)")
    command.add_argument("--seed", type=_count, default=0, help="of the samples (0)")
    command.add_argument("--plot", default="freealg-demo.png", metavar="FILE", type=str.strip, help="the picture (freealg-demo.png)")


def _count(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no whole number from 0 to 999999999")
    return int(text)
