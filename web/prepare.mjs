// Packs the engine for the page: the wheels, compiled by the Python that will run them, and the tables of the grammars
// and rules, so that a reader's browser compiles nothing. Run by build.py: node prepare.mjs MODULES WHEEL... ARCHIVE

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [modules, ...rest] = process.argv.slice(2);
const archive = rest.pop();
const { loadPyodide } = await import(pathToFileURL(join(modules, "pyodide", "pyodide.mjs")).href);
const python = await loadPyodide();
for (const wheel of rest) python.unpackArchive(new Uint8Array(readFileSync(wheel)), "zip", { extractDir: "/engine/packages" });
python.runPython(`
import compileall, json, os, shutil, sys
packages = "/engine/packages"
for folder, _, names in os.walk(packages):
    for name in names:
        os.utime(os.path.join(folder, name), (1_700_000_000, 1_700_000_000))
unchecked = compileall.py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir(packages, quiet=1, invalidation_mode=unchecked)
os.environ["XDG_CACHE_HOME"] = "/engine/tables"
sys.path.insert(0, packages)
from matcalc.front.page import respond
for text in ("||xw - y||^2", "\\\\mathbf{x}^\\\\top x"):
    answer = respond(json.dumps({"text": text, "wrt": "x"}))
    assert json.loads(answer)["ok"], answer
shutil.make_archive("/engine", "gztar", "/", "engine")
`);
writeFileSync(archive, python.FS.readFile("/engine.tar.gz"));
