"""A Dask cluster for what reads many stored records again. The only user of distributed, which is an optional extra.

Its workers must have this very code, and get the vocabularies from here: otherwise the same text would have other
claims, depending on who read it. Workers that come later are told the same.
"""

from __future__ import annotations

import asyncio
import platform
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher import __version__
from watcher.errors import WorkersFailed
from watcher.pipeline.elsewhere import Elsewhere

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from watcher.pipeline.runtime import Runtime

_PACKAGE = Path(__file__).resolve().parent.parent
# Seconds in which a scheduler answers.
_ANSWERS = 10
# Tasks for each worker that are with the scheduler, so that none waits for us.
_AHEAD = 4


@cache
def code_version() -> str:
    """The version of the program, of Python, and the hash of all code: what two machines must have in common."""
    found = sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        if "shipped" not in path.parts:
            found.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    python = ".".join(platform.python_version_tuple()[:2])
    return f"watcher {__version__}, code {found.hexdigest()[:12]}, Python {python}"


# On a worker: the folder of each set of vocabularies that it was given, by its hash.
_INSTALLED: dict[str, Path] = {}


@dataclass(frozen=True, slots=True)
class Words:
    """The files of a folder of vocabularies by name, sent once to each worker."""

    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """A hash of all files."""
        found = sha256()
        for name, body in sorted(self.files.items()):
            found.update(name.encode() + b"\0" + body + b"\0")
        return found.hexdigest()

    def install(self) -> None:
        """Write them where only this process's user can change them."""
        if self.digest not in _INSTALLED:
            folder = Path(tempfile.mkdtemp(prefix="watcher-words-"))
            for name, body in self.files.items():
                (folder / name).write_bytes(body)
            _INSTALLED[self.digest] = folder


def words_here(digest: str) -> Path:
    """The folder of these vocabularies on a worker. Raises WorkersFailed where it has not got them."""
    if digest not in _INSTALLED:
        raise WorkersFailed(f"a worker has not got the vocabularies {digest[:12]}")
    return _INSTALLED[digest]


@asynccontextmanager
async def on_cluster(runtime: Runtime, address: str | None, words: Path) -> AsyncIterator[Runtime]:
    """The runtime with its tasks on the cluster of a scheduler at this address; as it is where there is none.

    Raises WorkersFailed where distributed is not installed, nobody answers, there is no worker, or one has other code.
    """
    if address is None:
        yield runtime
        return
    sent = _words_of(words)
    client = await asyncio.to_thread(_connect, address)
    try:
        count = await asyncio.to_thread(_prepare, client, sent)
        from distributed import KilledWorker

        workers = Elsewhere(
            count * _AHEAD,
            executor=client.get_executor(),
            words=partial(words_here, sent.digest),
            died=(KilledWorker,),
        )
        yield replace(runtime, workers=workers)
    finally:
        await asyncio.to_thread(client.close)


def _words_of(folder: Path) -> Words:
    return Words({path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))})


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise WorkersFailed("--cluster needs distributed: pip install 'release-watcher[cluster]'") from error
    try:
        return Client(address, timeout=_ANSWERS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise WorkersFailed(f"no scheduler answers at {address}: {error}") from error


def _prepare(client: Any, words: Words) -> int:
    """Compare the code of all workers, give them the vocabularies, and count them. Raises WorkersFailed."""
    found = client.scheduler_info(n_workers=-1)["workers"]
    if not found:
        raise WorkersFailed("the cluster has no worker")
    if many := sorted(one["name"] for one in found.values() if one["nthreads"] != 1):
        raise WorkersFailed(f"the limit of a task is that of its process: start {many[0]} with --nthreads 1")
    try:
        versions = client.run(code_version)
    except Exception as error:
        raise WorkersFailed(f"a worker has no such release-watcher: {error}") from error
    for worker, version in versions.items():
        if version != code_version():
            raise WorkersFailed(f"{worker} would read otherwise: it has {version}; here is {code_version()}")
    client.register_plugin(_plugin(words))
    return len(found)


def _plugin(words: Words) -> Any:
    """What every worker does at its start, also one that comes later; it is sent with its code."""
    from distributed import WorkerPlugin

    class Prepared(WorkerPlugin):  # type: ignore[misc] # whose types are not looked at
        name = f"watcher-words-{words.digest}"

        def setup(self, worker: Any) -> None:  # noqa: ARG002 - distributed's signature
            prepare_worker(words, code)

    code = code_version()
    return Prepared()


def prepare_worker(words: Words, code: str) -> None:
    """Take the vocabularies, on a worker. Raises WorkersFailed where its code is not the one that is asked for."""
    if code_version() != code:
        raise WorkersFailed(f"this worker would read otherwise: it has {code_version()}; asked for is {code}")
    words.install()
