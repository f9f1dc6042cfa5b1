"""Completion scripts for bash, zsh and fish, made from the parser of the command line."""

from __future__ import annotations

import argparse


def tables(parser: argparse.ArgumentParser) -> dict[str, dict[str, tuple[str, ...]]]:
    """The options of each command, with the values that they take."""
    actions = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    table: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, command in actions.choices.items():
        table[name] = {
            (a.option_strings or [""])[-1]: tuple(map(str, a.choices or ()))
            for a in command._actions
            if a.option_strings or a.choices
        }
    return table


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """The completion script of a shell."""
    table = tables(parser)
    return {"bash": bash, "zsh": zsh, "fish": fish}[shell](table)


def bash(table: dict[str, dict[str, tuple[str, ...]]]) -> str:
    """For bash: `source <(matcalc completion bash)`."""
    options = "\n".join(
        f"    {name}) words='{' '.join([*filter(None, rows), *rows.get('', ())])}' ;;"
        for name, rows in table.items()
    )
    return f"""\
_matcalc() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} words=
  case ${{COMP_WORDS[1]}}/$previous in
{_values(table)}
  esac
  if [[ -z $words ]]; then
    case ${{COMP_WORDS[1]}} in
{options}
    esac
    [[ $COMP_CWORD -eq 1 ]] && words='{" ".join(table)} --help --version'
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _matcalc matcalc"""


def zsh(table: dict[str, dict[str, tuple[str, ...]]]) -> str:
    """For zsh: `source <(matcalc completion zsh)`."""
    return f"autoload -Uz bashcompinit && bashcompinit\n{bash(table)}"


def fish(table: dict[str, dict[str, tuple[str, ...]]]) -> str:
    """For fish: `matcalc completion fish | source`."""
    lines = [f"complete -c matcalc -n __fish_use_subcommand -f -a '{' '.join(table)}'"]
    for name, rows in table.items():
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        for option, values in rows.items():
            given = f" -x -a '{' '.join(values)}'" if values else ""
            if option:
                lines.append(f"complete -c matcalc {seen} -l {option.lstrip('-')}{given}")
            elif values:
                lines.append(f"complete -c matcalc {seen} -f -a '{' '.join(values)}'")
    return "\n".join(lines)


def _values(table: dict[str, dict[str, tuple[str, ...]]]) -> str:
    return "\n".join(
        f"    {name}/{option}) words='{' '.join(values)}' ;;"
        for name, rows in table.items()
        for option, values in rows.items()
        if option and values
    )
