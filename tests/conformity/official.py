"""What the phone company publishes of its API: installed from npm, once, into a folder beside Python's."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".venv" / "node"
DESCRIPTION = CACHE / "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"
DOCUMENTS = CACHE / "node_modules/twilio/lib/twiml/VoiceResponse.d.ts"
PRISM = CACHE / "node_modules/@stoplight/prism-cli/dist/index.js"
MOST_BYTES = 64 * 1024


def missing() -> str:
    """Why the official descriptions cannot be had here; "" when they are there."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "node and npm are not installed"
    wanted = (HERE / "package-lock.json").read_bytes()
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers at once
        done = CACHE / "installed.json"
        if done.exists() and done.read_bytes() == wanted:
            return ""
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, CACHE / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        ran = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, timeout=280, check=False)
        if ran.returncode:
            return f"npm could not install the official descriptions: {ran.stderr.strip()[-300:]}"
        done.write_bytes(wanted)
    return ""


def strict_description() -> Path:
    """The official description, in which a field that it does not name is an error, and a repeated one is how
    forms write lists."""
    described = json.loads(DESCRIPTION.read_text())
    for path in described["paths"].values():
        for operation in path.values():
            content = (
                operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            )
            for body in content.values():
                fields = body["schema"].get("properties", {})
                body["schema"]["additionalProperties"] = False
                lists = [name for name, field in fields.items() if field.get("type") == "array"]
                body["encoding"] = {name: {"style": "form", "explode": True} for name in lists}
    made = CACHE / "strict.json"
    part = CACHE / f"strict-{os.getpid()}"
    part.write_text(json.dumps(described))
    return part.replace(made)


@lru_cache
def table() -> tuple[dict[str, dict[str, str]], dict[str, frozenset[str]]]:
    """(element → attribute → its type, type → values), from the types of the official library."""
    text = DOCUMENTS.read_text()
    enums = {
        name: frozenset(re.findall(r'"([^"]*)"', values))
        for name, values in re.findall(r"^ *(?:export )?type (\w+) = ([^;]*);", text, re.M)
        if '"' in values
    }
    elements = {}
    for name, body in re.findall(r"interface (\w+)Attributes \{(.*?)^    \}", text, re.M | re.S):
        fields = re.findall(r'^\s+"?([\w:-]+)"?\?: ([^;]+);', body, re.M)
        elements[name.removeprefix("Ssml").replace("-", "").lower()] = dict(fields)
    return elements, enums


def complaints(document: bytes) -> list[str]:
    """What the official lists do not know: elements, attributes, and values of those with a list."""
    if len(document) > MOST_BYTES:
        return [f"{len(document)} bytes are too many"]
    root = ElementTree.fromstring(document)
    found = [] if root.tag == "Response" else [f"the root is {root.tag}"]
    for element in root.iter():
        if element is not root:
            found += _of_element(element)
    return found


def _of_element(element: ElementTree.Element) -> list[str]:
    elements, _ = table()
    known = elements.get(element.tag.replace("-", "").lower())
    if known is None:
        return [] if element.tag == "Hangup" else [f"there is no element {element.tag}"]
    found = []
    for name, value in element.attrib.items():
        plain = name.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")
        kind = known.get(plain) or known.get(plain.replace("xml:", "xml")) or known.get(_camel(plain))
        if kind is None:
            found.append(f"{element.tag} has no attribute {plain}")
        elif not _fits(kind, value):
            found.append(f"{element.tag} {plain}={value!r} is no {kind}")
    return found


def _camel(name: str) -> str:
    head, *rest = re.split("[-:]", name)
    return head + "".join(part.capitalize() for part in rest)


def _fits(kind: str, value: str) -> bool:
    _, enums = table()
    base = kind.removesuffix("[]")
    if base == "number":
        return bool(re.fullmatch(r"\d+(\.\d+)?", value))
    if base == "boolean":
        return value in ("true", "false")
    if base in enums:
        values = value.split() if kind.endswith("[]") else [value]
        return all(one in enums[base] or value in enums[base] for one in values)
    return True
