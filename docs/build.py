"""Build the site: `python docs/build.py OUT`. Every warning is an error, and every link inside the site is followed.

The pages that are made from the rules, the corpus and the docstrings are written into a copy of this folder, beside the
notebooks; nothing that is generated is committed. `OUT` can be put on any static host, under any path.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MIMES = ("text/html", "image/svg+xml", "image/png", "text/latex", "text/markdown", "text/plain")
sys.path.insert(0, str(ROOT))

from docs.generate import PAGES  # noqa: E402
from docs.links import broken  # noqa: E402


def stage(folder: Path) -> None:
    """The sources of the site: the pages as they are written, the notebooks, and the pages that are generated."""
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "generate", "__pycache__"))
    shutil.copy(HERE / "conf.py", folder)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        (folder / "tutorial" / path.name).write_text(shown(path.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.copytree(ROOT / "web" / "page" / "katex", folder / "_static" / "katex")
    shutil.copy(ROOT / "web" / "page" / "icon.svg", folder / "_static")
    for write in PAGES:
        for name, text in write().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def shown(notebook: str) -> str:
    """A notebook with those of its outputs that a page shows: no graph that is drawn by a program of JupyterLab."""
    book = json.loads(notebook)
    for cell in book["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            for kind in list(data):
                drawn = kind == "text/markdown" and "".join(data[kind]).startswith("```mermaid")
                if kind not in MIMES or drawn:
                    del data[kind]
    return json.dumps(book)


def build(out: Path) -> int:
    """Make the site; the exit status."""
    from sphinx.cmd.build import build_main

    with tempfile.TemporaryDirectory() as work:
        source = Path(work) / "source"
        stage(source)
        status = build_main(["-q", "-W", "--keep-going", "-b", "html", "-d", f"{work}/trees", str(source), str(out)])
    wrong = broken(out)
    for line in wrong:
        print(line, file=sys.stderr)
    return status or bool(wrong)


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Build the site of the documentation.")
    parser.add_argument("out", type=Path, help="the folder that the site is written to")
    return build(parser.parse_args(argv).out)


if __name__ == "__main__":
    sys.exit(main())
