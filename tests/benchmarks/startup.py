"""The time of the whole command against that of `python -c pass`, in interleaved runs.

    python tests/benchmarks/startup.py [repetitions]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "matcalc diff '||Xw - y||^2' w": [sys.executable, "-m", "matcalc", "diff", "||Xw - y||^2", "w"],
    "matcalc --version": [sys.executable, "-m", "matcalc", "--version"],
    "import numpy": [sys.executable, "-c", "import numpy"],
    "import sympy": [sys.executable, "-c", "import sympy"],
}


def once(command: list[str]) -> float:
    """The time of one run, in milliseconds."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=ENVIRONMENT)
    return 1e3 * (time.perf_counter() - start)


ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    """Print the table."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(repetitions):
        for name, command in COMMANDS.items():
            times[name].append(once(command))
    base = times["python -c pass"]
    print(f"{'command':<32} {'median':>10} {'smallest':>10} {'ratio of medians':>18}")
    for name, got in times.items():
        ratio = statistics.median(got) / statistics.median(base)
        print(f"{name:<32} {statistics.median(got):>7.1f} ms {min(got):>7.1f} ms {ratio:>18.1f}")


if __name__ == "__main__":
    main()
