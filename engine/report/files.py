"""Writing a result to a file: wholly, or not at all."""

import os
from pathlib import Path

from engine.problems import Refused


def write(content: str | bytes, path: Path) -> None:
    """Write the content; a file that was there before is replaced only once the new one is complete."""
    data = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refused(f'"{path}" can\'t be written: {error.strerror or error}') from error
