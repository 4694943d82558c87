"""Long columns of numbers, in files or in memory: appended to, then read where they lie.

NumPy only.
"""

import mmap
import os
import zlib
from typing import BinaryIO, List, NamedTuple, Optional

import numpy as np

# What was read of a mapped file counts as the process's memory as long as it stays mapped: a larger
# file is mapped anew once about so many bytes were touched. A row brings what lies around it, on
# ext4 up to two mebibytes.
_MOST_TOUCHED = 2**26
_TOUCHED_A_ROW = 2**20
_ZEROS_AT_ONCE = 2**22


class Stored:
    """A column that is only read: an array in memory, or a file's content.

    Args:
      array: int [N], or None for that of the file.
      file: open for reading in binary; it may be deleted meanwhile, but not written.
      dtype: of the file's numbers.
    """

    def __init__(
        self, array: Optional[np.ndarray], file: Optional[BinaryIO] = None, dtype: str = "<i4"
    ) -> None:
        self._file, self._dtype, self._touched = file, np.dtype(dtype), 0
        self._array = self._mapped() if array is None else array

    @classmethod
    def of_file(cls, path: str, dtype: str) -> "Stored":
        """Opens a file of numbers; raises OSError."""
        return cls(None, open(path, "rb"), dtype)  # noqa: SIM115 - it lives as long as the column

    def _mapped(self):
        size = os.fstat(self._file.fileno()).st_size
        if not size:  # cannot be mapped
            return np.zeros(0, self._dtype)
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(mapped, self._dtype)

    def __len__(self) -> int:
        return len(self._array)

    def _touch(self, count):
        self._touched += count
        too_much = self._touched > _MOST_TOUCHED < self._array.nbytes
        if self._file is not None and too_much:
            self._array, self._touched = self._mapped(), 0
        return self._array

    def part(self, first: int, last: int) -> np.ndarray:
        """Returns numbers `first` to the one before `last`, not copied."""
        return self._touch((last - first) * self._dtype.itemsize)[first:last]

    def take(self, places: np.ndarray, rows: int) -> np.ndarray:
        """Returns the numbers at `places`, an int array of any shape, which lie in `rows` rows."""
        return self._touch(rows * _TOUCHED_A_ROW)[places]


class Column:
    """A column that is being written; raises OSError where a file cannot be."""

    def __init__(self, dtype: str, path: Optional[str] = None) -> None:
        self._dtype, self.path, self.count, self.checksum = np.dtype(dtype), path, 0, 0
        # Unbuffered: what a full disk does not take is an error here, and not as the file goes.
        self._file = None if path is None else open(path, "wb", buffering=0)  # noqa: SIM115
        self._arrays: List[np.ndarray] = []

    def append(self, numbers: np.ndarray) -> None:
        """Writes int [n] behind what was written before."""
        numbers = np.array(numbers, self._dtype)
        self.count += len(numbers)
        if self._file is None:
            self._arrays.append(numbers)
            return
        content = numbers.tobytes()
        self.checksum = zlib.crc32(content, self.checksum)
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest):]

    def finish(self, durable: bool = False) -> Stored:
        """Ends the writing; `durable`: also a power cut loses nothing afterwards."""
        if self._file is None:
            return Stored(np.concatenate([np.zeros(0, self._dtype), *self._arrays]))
        if durable:
            os.fsync(self._file.fileno())
        self._file.close()
        return Stored.of_file(str(self.path), self._dtype.str)


class Place(NamedTuple):
    """Where columns are kept: a folder, or memory."""

    folder: Optional[str] = None

    def column(self, name: str, dtype: str) -> Column:
        """Begins a column."""
        return Column(dtype, self._path(name))

    def zeros(self, name: str, dtype: str, count: int) -> np.ndarray:
        """Returns an array to write anywhere in, [count].

        A file's zeros are written first: where a disk is full, that is an error, while writing
        into a mapped file that has no room ends the process.
        """
        path = self._path(name)
        if path is None or not count:
            return np.zeros(count, dtype)
        rest = count * np.dtype(dtype).itemsize
        with open(path, "wb") as file:
            while rest:
                rest -= file.write(bytes(min(rest, _ZEROS_AT_ONCE)))
        return np.memmap(path, dtype, "r+")

    def _path(self, name):
        return None if self.folder is None else os.path.join(self.folder, name)
