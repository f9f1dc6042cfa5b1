"""The packages and data files that setup tools are told of are those that there are."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def project() -> dict[str, object]:
    file = ROOT / "pyproject.toml"
    if not file.exists():
        pytest.skip("not in a checkout")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def test_every_package_is_listed(project: dict[str, dict[str, dict[str, list[str]]]]) -> None:
    found = {".".join(p.parent.relative_to(ROOT).parts) for p in (ROOT / "matcalc").rglob("__init__.py")}
    listed = set(project["tool"]["setuptools"]["packages"])
    links = {"matcalc.grammar", "matcalc.rules", "matcalc.web"}
    assert found - links == listed - links and links <= listed


def test_every_data_file_is_packed(project: dict[str, dict[str, dict[str, dict[str, list[str]]]]]) -> None:
    packed = project["tool"]["setuptools"]["package-data"]
    for folder in ("grammar", "rules"):
        for file in (ROOT / folder).iterdir():
            listed = any(file.match(pattern) for pattern in packed[f"matcalc.{folder}"])
            assert listed or file.suffix in (".py", ".md") or file.is_dir(), file.name


def test_the_data_files_are_found() -> None:
    from matcalc.terms import data_files as resources

    assert {"operations.rules", "functions.rules", "simplify.rules"} <= set(resources.rule_files())
    assert resources.rules_text("simplify.rules") and resources.grammar_text("plain.lark")


def test_the_top_level_is_as_documented() -> None:
    for name in ("README.md", "LICENSE", ".ci/run", "grammar", "rules", "tests", "notebooks"):
        assert (ROOT / name).exists(), name


def test_types_are_announced() -> None:
    assert (ROOT / "matcalc" / "py.typed").exists()


def test_every_name_of_the_package_is_there() -> None:
    import matcalc

    for name in matcalc.__all__:
        assert getattr(matcalc, name) is not None
    assert set(matcalc.__all__) <= set(dir(matcalc))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = matcalc.nothing


def test_the_files_of_an_open_project_can_be_read() -> None:
    import matcalc

    assert f"\nversion: {matcalc.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    yaml = pytest.importorskip("yaml", reason="PyYAML reads the templates")
    files = [ROOT / "CITATION.cff", ROOT / ".pre-commit-config.yaml", *(ROOT / ".github").rglob("*.yml")]
    assert len(files) >= 5
    for file in files:
        assert isinstance(yaml.safe_load(file.read_text(encoding="utf-8")), dict), file.name
