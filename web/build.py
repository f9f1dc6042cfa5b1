"""Builds the page as static files: `python web/build.py DIRECTORY`. It needs node, npm and pip, and a network.

The directory can be put on any static host, under any path. Nothing in it is fetched from elsewhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "page"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def run(*command: str, cwd: Path | None = None) -> None:
    """Run a command, quietly; what it printed is shown if it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def packages(work: Path) -> Path:
    """The packages of npm, in the versions of the lock file."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, work)
    run("npm", "ci", "--no-audit", "--no-fund", "--omit=dev", cwd=work)
    return work / "node_modules"


def engine(modules: Path, work: Path, out: Path) -> None:
    """The wheel of matcalc, made from this checkout, and that of Lark, compiled for the browser, in one archive."""
    wheels = work / "wheels"
    pip = (sys.executable, "-m", "pip")
    run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(HERE.parent))
    run(*pip, "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(wheels), "lark>=1.1.9")
    for path in wheels.glob("matcalc*.whl"):
        without_page(path)
    run("node", str(HERE / "prepare.mjs"), str(modules), *map(str, sorted(wheels.glob("*.whl"))), str(out))


def without_page(wheel: Path) -> None:
    """Leave the page out of the wheel that the page loads."""
    slim = wheel.with_suffix(".slim")
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(slim, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if not entry.filename.startswith("matcalc/web/"):
                new.writestr(entry, old.read(entry))
    slim.replace(wheel)


def build(out: Path) -> dict[str, object]:
    """The page in a directory; returns its manifest."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(PAGE, out)
    with tempfile.TemporaryDirectory() as work:
        modules = packages(Path(work))
        (out / "pyodide").mkdir()
        for name in RUNTIME:
            shutil.copy(modules / "pyodide" / name, out / "pyodide")
        engine(modules, Path(work), out / "engine.tar.gz")
    (out / "engine.json").write_text('{"engine": "worker"}\n')
    files = sorted(str(p.relative_to(out)) for p in out.rglob("*") if p.is_file() and p.name != "sw.js")
    runtime = ["engine.tar.gz", *(f"pyodide/{name}" for name in RUNTIME)]
    sizes = {name: (out / name).stat().st_size for name in runtime}
    manifest = {"bytes": sum(sizes.values()), "files": [*files, "manifest.json"], "runtime": sizes}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    digest = hashlib.sha256(b"".join((out / name).read_bytes() for name in files)).hexdigest()[:12]
    (out / "sw.js").write_text((PAGE / "sw.js").read_text().replace("BUILD", digest))
    return manifest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    out = parser.parse_args().directory
    manifest = build(out)
    total = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {len(list(out.rglob('*')))} files, {total / 1e6:.1f} MB; the engine is {manifest['bytes']:,} bytes")


if __name__ == "__main__":
    main()
