"""Makes telling names: for steps, variables, queues and flows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ivr.engine.values import RESERVED

LONGEST = 40
# Studio's names for widgets that nobody named, without their numbers.
NAMELESS = frozenset({
    "say_play", "say", "play", "gather", "gather_input", "gather_input_on_call", "split",
    "split_based_on", "set_variables", "set_variable", "set_vars", "variables", "http", "http_request",
    "make_http_request", "function", "run_function", "connect_call", "connect_call_to", "connect",
    "enqueue", "enqueue_call", "send_to_flex", "flex", "send_call_to_agent", "record_voicemail",
    "voicemail", "subflow", "run_subflow", "call_recording", "record_call", "recording", "send_message",
    "send_sms", "capture_payments", "payment", "capture_payment", "add_twiml_redirect",
    "twiml_redirect", "redirect", "fork_stream", "stream", "virtual_agent", "connect_virtual_agent",
    "autopilot", "send_to_autopilot", "outgoing_call", "make_outgoing_call", "send_and_reply",
    "send_and_wait_for_reply", "widget", "state", "step", "untitled", "trigger", "copy_of",
})  # fmt: skip
FILLER = frozenset({
    "a", "an", "the", "to", "for", "of", "in", "on", "at", "and", "or", "if", "is", "are", "was", "be",
    "been", "it", "this", "that", "these", "those", "you", "your", "we", "our", "us", "i", "my",
    "please", "press", "dial", "enter", "key", "keys", "digit", "digits", "say", "want", "wish",
    "would", "like", "with", "have", "has", "had", "will", "can", "do", "does", "not", "now", "here",
    "there", "by", "as", "from", "so", "then", "than", "but", "all", "any", "about", "following",
    "options", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "zero", "hello",
    "hi", "welcome", "thank", "thanks", "calling", "call", "moment", "listen", "hear",
    "again", "carefully", "speak", "talk",
})  # fmt: skip
QUEUE_NOISE = frozenset({
    "send", "to", "flex", "task", "enqueue", "call", "agent", "queue", "transfer", "connect",
    "customer", "caller", "person", "human", "support", "route", "forward", "voice", "taskrouter",
    "workflow", "the", "for", "with", "into", "in", "an", "a", "sendto", "line", "wait", "everyone",
    "anyone", "message", "without", "id", "chat",
})  # fmt: skip
DIGITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GREETING = re.compile(
    r"^(?:hello|hi|welcome|good (?:morning|day)|thank(?:s| you) for calling)\b", re.IGNORECASE
)
TOPICS = (
    (re.compile(r"\b(?:good ?bye|have a (?:nice|great|good))\b", re.IGNORECASE), "goodbye"),
    (
        re.compile(r"\b(?:closed|outside (?:of )?(?:our )?(?:business|office)|after hours)\b", re.IGNORECASE),
        "closed",
    ),
    (
        re.compile(r"\b(?:sorry|did not|didn't|invalid|not (?:a )?valid|apologi[sz]e)\b", re.IGNORECASE),
        "sorry",
    ),
    (
        re.compile(r"\b(?:connect you|transfer(?:ring)? you|put you through|hold)\b", re.IGNORECASE),
        "connecting",
    ),
)


def snake(text: str) -> str:
    """Return letters, digits and _ from anything: `mainMenu`, `get-order`, `VF_API 2`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain)
    name = re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")
    return name if len(name) <= LONGEST else name[:LONGEST].rsplit("_", 1)[0]


def own_name(widget: str) -> str:
    """Return the name its author gave a widget, or "" if it is only Studio's own with a number."""
    name = snake(widget)
    bare = re.sub(r"(?:_?\d+)+$", "", name)
    return "" if bare in NAMELESS or len(bare) < 2 else re.sub(r"^split_(?=\w)", "check_", name)


def from_words(text: str, most: int = 3) -> str:
    """Return a short name from spoken words, for example `order_number`."""
    bare = re.sub(r"<[^<>]*>|\{\{.*?\}\}", " ", text)
    for pattern, name in TOPICS:
        if pattern.search(bare):
            return name
    if GREETING.search(bare.strip()):
        return "welcome"
    words = [word for word in re.findall(r"[a-z]+", snake_text(bare)) if word not in FILLER and len(word) > 2]
    return snake("_".join(words[:most]))


def snake_text(text: str) -> str:
    """Return plain lower-case words, without accents."""
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


def option_names(prompt: str) -> dict[str, str]:
    """Return what a menu says about its keys: "For billing, press 2" → {"2": "billing"}."""
    text = re.sub(r"<[^<>]*>|\{\{.*?\}\}", " ", prompt).lower()
    digits = dict(zip(DIGITS, "123456789", strict=True))
    found: dict[str, str] = {}
    key = r"(?:the\s+)?(?:key\s+|number\s+)?([1-9*#]|" + "|".join(digits) + r")(?!\w)"
    verb = r"(?:press|dial|push|hit|choose|select|enter)"
    patterns = (
        (rf"\b{verb} {key}[\s,:]*(?:for|to|if)\s+([^.,;!?]+)", 1, 2),
        (rf"\b(?:for|to)\s+([^.,;!?]+?)[\s,]*(?:please\s+)?{verb} {key}", 2, 1),
        (rf"\b{verb} {key}[\s,:]*(?:for|to|if)\s+([^.,;!?]+)", 1, 2),
    )
    first_key = re.search(rf"\b{verb} ", text)
    subject_first = bool(
        re.match(r"[^.]*?\b(?:for|to)\b[^.]*?" + verb, text[: first_key.end()] if first_key else "")
    )
    for pattern, key_group, word_group in patterns[1 if subject_first else 0 :]:
        for match in re.finditer(pattern, text):
            pressed = digits.get(match[key_group], match[key_group])
            meaning = re.split(r"\b(?:press|dial|push|hit|or)\b", match[word_group])[0]
            found.setdefault(pressed, from_option(meaning))
    return {key: name for key, name in found.items() if name}


def from_option(meaning: str) -> str:
    """Return a name from the words beside a key."""
    words = [
        word for word in re.findall(r"[a-z]+", snake_text(meaning)) if word not in FILLER and len(word) > 2
    ]
    return snake("_".join(words[:2]))


def label_name(label: str) -> str:
    """Return a name from an author's name of a condition; Studio's own "If value equal_to 1" says nothing."""
    if re.match(r"\s*if value\b", label, re.IGNORECASE) or not re.search(r"[A-Za-z]{2}", label):
        return ""
    name = snake(label)
    return "" if name in ("yes", "no", "true", "false", "other", "else", "match", "default", "key") else name


def unique(wanted: str, taken: Iterable[str], otherwise: str) -> str:
    """Return `wanted`, with a number appended if it is taken."""
    name = wanted if wanted and re.match(r"[a-z]", wanted) and wanted != "null" else otherwise
    if name not in taken:
        return name
    count = 2
    while f"{name}_{count}" in taken:
        count += 1
    return f"{name}_{count}"


def variable(wanted: str) -> str:
    """Return a name that a variable may have, as close to the author's as possible."""
    name = re.sub(r"[^A-Za-z0-9_]+", "_", wanted).strip("_")[:50]
    if not re.match(r"[A-Za-z]", name):
        name = f"value_{name}".strip("_")
    return f"{name}_value" if name in RESERVED else name


def queue_name(widget: str, described: str) -> str:
    """Return a queue's purpose, from a task's attributes or the widget's name; "" if neither says it."""
    if snake(described) and "{{" not in described:
        return snake(described)
    words = [word for word in snake(widget).split("_") if word not in QUEUE_NOISE and not word.isdigit()]
    return snake("_".join(words)) if own_name(widget) and len("".join(words)) > 2 else ""
