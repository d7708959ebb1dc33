"""Names of variables as flow authors give them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ivr.engine.values import RESERVED

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def _usable(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise PydanticCustomError(
            "variable",
            "'{name}' cannot be a variable (use a letter, then letters, digits and _)",
            {"name": name},
        )
    if name in RESERVED:
        raise PydanticCustomError(
            "variable", "'{name}' is taken by the engine (choose another name)", {"name": name}
        )
    return name


VariableName = Annotated[str, AfterValidator(_usable)]
