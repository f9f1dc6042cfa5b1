"""The notebooks executed again, and what they show beside what is stored.

`python -m tests.notebook_outputs` compares, `--write` stores what they show now. Needs nbclient and ipykernel.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "notebooks"
# What differs from run to run: durations, and numbers that are rounding alone.
_NOISE = re.compile(r"\b\d+(?:\.\d+)?\s*(?:ns|µs|us|ms|s|seconds?)\b|\b\d+(?:\.\d+)?e[+-]\d+|\b\d\.\d{7,}")


def text(parts: str | list[str]) -> str:
    """The text of a cell or an output, which notebooks may store line by line."""
    return parts if isinstance(parts, str) else "".join(parts)


def shown(cell: Any) -> list[str]:
    """The texts that a cell shows, without noise; of a picture that it is there.

    >>> shown({"outputs": [{"output_type": "stream", "name": "stdout", "text": ["took 1.5 ms\\n"]}]})
    ['stdout: took …']
    """
    found: list[str] = []
    for output in joined(cell.get("outputs", ())):
        if output["output_type"] == "stream":
            found.append(f"{output['name']}: {_NOISE.sub('…', text(output['text'])).rstrip()}")
            continue
        if output["output_type"] == "error":
            found.append(f"error: {output['ename']}: {output['evalue']}")
            continue
        data = output["data"]
        if any(kind.startswith("image/") for kind in data):
            found.append("a picture")
            continue
        kinds = [kind for kind in sorted(data) if kind != "text/html" or len(data) == 1]  # the card says the same again
        found += [f"{kind}: {_NOISE.sub('…', text(data[kind])).rstrip()}" for kind in kinds]
    return found


def joined(outputs: Iterable[Any]) -> list[Any]:
    """The outputs with what was printed in one piece: where it is cut is chance."""
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            found[-1] = {**last, "text": text(last["text"]) + text(output["text"])}
        else:
            found.append(output)
    return found


def executed(path: Path) -> Any:
    """A notebook with the outputs of a fresh run."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=300, kernel_name="python3", record_timing=False, coalesce_streams=True,
                   resources={"metadata": {"path": str(path.parent)}}).execute()  # fmt: skip
    book.metadata.pop("widgets", None)
    return book


def differences(stored: Any, fresh: Any) -> Iterator[str]:
    """A text for each cell that shows something else than what is stored."""
    for number, (old, new) in enumerate(zip(stored["cells"], fresh["cells"], strict=True)):
        if old["cell_type"] == "code" and shown(old) != shown(new):
            first = next((pair for pair in zip(shown(old), shown(new), strict=False) if pair[0] != pair[1]), None)
            was, now = first or (shown(old), shown(new))
            yield f"cell {number}: {text(old['source'])[:80]!r}\n  stored: {was}\n  now:    {now}"


def main(argv: list[str]) -> int:
    """Compare the notebooks that are named, or all; the status is 1 if one shows something else."""
    import nbformat

    names = [a for a in argv if not a.startswith("--")]
    found = 0
    for path in [FOLDER / f"{n}.ipynb" for n in names] or sorted(FOLDER.glob("*.ipynb")):
        fresh = executed(path)
        changed = list(differences(nbformat.read(path, as_version=4), fresh))
        for change in changed:
            print(f"{path.stem}, {change}")
        found += len(changed)
        if changed and "--write" in argv:
            nbformat.write(fresh, path)
    return int(found > 0 and "--write" not in argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
