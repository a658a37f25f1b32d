"""What would be published as the source."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from processes import root


def test_the_sdist_holds_only_our_files_whatever_stands_beside_them(tmp_path: Path) -> None:
    client = tmp_path / "python"
    shutil.copytree(root / "clients/python", client, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for environment in (".venv", "venv", "tests/env"):
        foreign = client / environment / "lib" / "other-1.0.dist-info"
        for name in ("LICENSE", "README.md", "src/other/__init__.py"):
            (foreign / name).parent.mkdir(parents=True, exist_ok=True)
            (foreign / name).write_text("somebody else's")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(build, cwd=client, check=True, capture_output=True)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    ours = {str(path.relative_to(client)) for path in (client / "src").rglob("*") if path.is_file()}
    assert names == ours | {"README.md", "LICENSE", "pyproject.toml", "PKG-INFO"}
