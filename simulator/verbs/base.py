"""The base of all verbs: attributes with a type, a default and the fault for a bad value."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol
from xml.etree.ElementTree import Element

from simulator.clock import Clock
from simulator.debugger_faults import TwimlFault
from simulator.document_requests import DocumentRequest, DocumentSource
from simulator.leg_audio import Listener
from simulator.network import CallLeg, PhoneNetwork
from simulator.script import Script, Steps

Warn = Callable[[str], None]


class DocumentRun(Protocol):
    """The interface of the execution of a document for its verbs."""

    call: CallLeg
    account: PhoneNetwork
    clock: Clock
    context: str
    listener: Listener
    script: Script

    @property
    def url(self) -> str | None: ...
    def sleep(self, seconds: float) -> Steps: ...
    def wait_for(self, about: object, until: float | None = None) -> Steps: ...
    def miss(self, event: object) -> None: ...
    def next_request(self, url: str | None, method: str, **params: str) -> DocumentRequest: ...


class Attribute:
    """One attribute: `read(text)` gives its value or raises ValueError; `code` is the fault of a bad one."""

    def __init__(self, default: Any, read: Callable[[str], Any], code: int = 12200) -> None:
        self.default = default
        self.read = read
        self.code = code


def text(default: str | None = None, longest: int = 4000, code: int = 12200) -> Attribute:
    def read(value: str) -> str:
        if len(value) > longest:
            raise ValueError(f"longer than {longest} characters")
        return value

    return Attribute(default, read, code)


def integer(default: int | None, least: int = 1, most: int = 10**9, code: int = 12200) -> Attribute:
    def read(value: str) -> int:
        if not re.fullmatch(r"\d+", value) or not least <= int(value) <= most:
            raise ValueError(f"not a whole number from {least}" + (f" to {most}" if most < 10**9 else ""))
        return int(value)

    return Attribute(default, read, code)


def boolean(default: bool, code: int = 12200) -> Attribute:
    return Attribute(default, lambda value: choice("", "true", "false").read(value) == "true", code)


def choice(default: str | None, *values: str, code: int = 12200) -> Attribute:
    def read(value: str) -> str:
        if value not in values:
            raise ValueError("not one of " + ", ".join(values))
        return value

    return Attribute(default, read, code)


def method(default: str = "POST", code: int = 12200) -> Attribute:
    return choice(default, "GET", "POST", code=code)


def words(default: tuple[str, ...], *values: str, code: int = 12200) -> Attribute:
    """Several of `values`, separated by spaces."""

    def read(value: str) -> tuple[str, ...]:
        given = tuple(value.split())
        unknown = [w for w in given if w not in values]
        if unknown:
            raise ValueError(f"{' '.join(unknown)} not among {' '.join(values)}")
        return given

    return Attribute(default, read, code)


def read_attributes(element: Element, known: dict[str, Attribute], warn: Warn) -> SimpleNamespace:
    """The element's attributes by name, defaults filled in; unknown names are warned about (12200)."""
    values = SimpleNamespace(**{name: attribute.default for name, attribute in known.items()})
    for name, value in element.attrib.items():
        if name not in known:
            warn(f"<{element.tag}> has no attribute {name}")
            continue
        try:
            setattr(values, name, known[name].read(value))
        except ValueError as error:
            raise TwimlFault(known[name].code, f'<{element.tag} {name}="{value}">: {error}') from error
    return values


def plain_text(element: Element) -> str:
    """The text of an element that has no children of its own."""
    return (element.text or "").strip()


def refuse_children(element: Element, warn: Warn) -> None:
    for child in element:
        warn(f"<{child.tag}> is not allowed inside <{element.tag}>")


class TwimlVerb:
    """One instruction. `run` is a generator (see script.py); what it returns decides how the call goes on.

    It returns None (next verb), a DocumentSource (go there) or an Ending (the call is over).
    """

    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {}
    answers: bool = True
    """Executing this verb picks up a ringing inbound call."""

    def __init__(self, element: Element, warn: Warn) -> None:
        self.name = element.tag
        self.options = read_attributes(element, self.ATTRIBUTES, warn)

    def run(self, execution: DocumentRun) -> Generator[float | None, Any, DocumentSource | LegEnding | None]:
        raise NotImplementedError

    def prepare(self, execution: DocumentRun) -> Generator[float | None, Any, None]:
        """Fetch what is needed before a Gather starts to play its prompts."""
        return
        yield


class LegEnding:
    """The call is over with this final status."""

    def __init__(self, status: str = "completed") -> None:
        self.status = status
