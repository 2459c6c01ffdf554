"""Bounds for zipped office files: what unpacks to far more than it is gets refused before it is unpacked."""

import io
import zipfile

from pipeline.errors import DocumentError
from pipeline.reading.source import Source

MOST_BYTES = 200_000_000
MOST_RATIO = 200
SMALL = 5_000_000  # below this no ratio is dangerous


def check(source: Source) -> None:
    """Refuse an archive that is damaged, encrypted or a bomb.

    Raises:
        DocumentError: it must not or cannot be unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise DocumentError(f"{source.name} is a damaged office file; fetch it again.") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentError(f"{source.name} is an encrypted archive; save it without a password.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_BYTES or (unpacked > SMALL and unpacked > MOST_RATIO * len(source.data)):
        raise DocumentError(
            f"{source.name} would unpack to {unpacked / 1e6:.0f} MB, which no minutes need; it may be a zip bomb."
        )
