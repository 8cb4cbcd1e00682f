"""Say what of torch pip would install, from the report of `pip install --dry-run --report`.

Prints two lines: the GB of disk that the whole installation needs, and the build with its size.
Runs before anything is installed, so it uses the standard library alone.
"""

import json
import os
import ssl
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_CUDA = ("nvidia-", "cuda-", "triton")
_GB_CUDA, _GB_CPU = 12, 6  # packages, pip's copies of them, and the models
_ABOUT = {True: "several GB to download", False: "about 200 MB to download"}


def main(report: Path) -> None:
    """Read the report and print the two lines."""
    chosen = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {one["metadata"]["name"].lower(): one["metadata"]["version"] for one in chosen}
    cuda = any(name.startswith(_CUDA) for name in versions)
    parts = [
        one["download_info"]["url"]
        for one in chosen
        if one["metadata"]["name"].lower().startswith(("torch", *_CUDA))
    ]
    print(_GB_CUDA if cuda else _GB_CPU)
    build = "CUDA" if cuda else "CPU"
    print(f"torch {versions['torch']}, the {build} build, {_size(parts) or _ABOUT[cuda]}")


def _size(urls: list[str]) -> str | None:
    """Sum what the files' servers say they have; None where one does not say."""
    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(_bytes, urls))
    if not all(sizes):
        return None
    return f"{sum(sizes) / 1e6:.0f} MB to download"


def _bytes(url: str) -> int:
    trust = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - pip's own choice of file
    try:
        with urllib.request.urlopen(request, timeout=5, context=trust) as reply:  # noqa: S310
            return int(reply.headers.get("Content-Length", 0))
    except (OSError, ValueError):
        return 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
