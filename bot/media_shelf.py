"""Where the bytes of kept files lie: a folder, or any address that fsspec knows. Encrypted, and whole or not there."""

from __future__ import annotations

import secrets

from fsspec.core import url_to_fs

from bot.store.keys import Keys


class Shelf:
    """`name` is letters and digits; the files of one name may have parts, told apart by a suffix."""

    def __init__(self, url: str, keys: Keys) -> None:
        self._files, self._root = url_to_fs(url)
        self._keys = keys

    def put(self, name: str, content: bytes, part: str = "") -> None:
        path = self._path(name, part)
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        sealed = self._keys.encrypt(content)
        if not getattr(self._files, "local_file", False):
            self._files.pipe_file(path, sealed)  # object stores show an object only when it is whole
            return
        draft = f"{path}.{secrets.token_hex(4)}"
        self._files.pipe_file(draft, sealed)
        self._files.mv(draft, path)

    def get(self, name: str, part: str = "") -> bytes:
        """Raises FileNotFoundError, and KeyLostError when it was kept with a key that we do not have."""
        return self._keys.decrypt(self._files.cat_file(self._path(name, part)))

    def has(self, name: str) -> bool:
        return bool(self._files.exists(self._path(name, "")))

    def remove(self, name: str, parts: tuple[str, ...] = ("",)) -> None:
        """Nothing where there is nothing."""
        for part in parts:
            path = self._path(name, part)
            if self._files.exists(path):
                self._files.rm_file(path)

    def _path(self, name: str, part: str) -> str:
        """Raises ValueError for a name that could lead out of the folder."""
        if not (name.isascii() and name.isalnum()):
            raise ValueError("not a reference to a kept file")
        return f"{self._root}/{name[:2]}/{name}{part}"
