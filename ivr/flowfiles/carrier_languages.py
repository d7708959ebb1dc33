"""Languages that the phone company speaks or understands: the lists SayLanguage and GatherLanguage of its
official library for Node, version 6.3.1 (lib/twiml/VoiceResponse.d.ts).

With a language that is in neither, a question fails, and the caller hears silence.
"""

from __future__ import annotations

SPOKEN = frozenset({
    "af-ZA", "am-ET", "ar-AE", "ar-XA", "arb", "bg-BG", "bn-IN", "ca-ES", "cmn-CN", "cmn-TW", "cs-CZ",
    "cy-GB", "da-DK", "de-AT", "de-DE", "el-GR", "en-AU", "en-CA", "en-GB", "en-GB-WLS", "en-IE",
    "en-IN", "en-NZ", "en-US", "en-ZA", "es-ES", "es-MX", "es-US", "fi-FI", "fil-PH", "fr-BE", "fr-CA",
    "fr-FR", "gu-IN", "he-IL", "hi-IN", "hu-HU", "id-ID", "is-IS", "it-IT", "ja-JP", "kn-IN", "ko-KR",
    "lv-LV", "ml-IN", "mr-IN", "ms-MY", "nb-NO", "nl-BE", "nl-NL", "pa-IN", "pl-PL", "pt-BR", "pt-PT",
    "ro-RO", "ru-RU", "sk-SK", "sr-RS", "sv-SE", "ta-IN", "te-IN", "th-TH", "tr-TR", "uk-UA", "vi-VN",
    "yue-HK", "zh-CN", "zh-HK", "zh-TW",
})  # fmt: skip
UNDERSTOOD = frozenset({
    "af-ZA", "am-ET", "ar-AE", "ar-BH", "ar-DZ", "ar-EG", "ar-IL", "ar-IQ", "ar-JO", "ar-KW", "ar-LB",
    "ar-MA", "ar-OM", "ar-PS", "ar-QA", "ar-SA", "ar-TN", "az-AZ", "bg-BG", "bn-BD", "bn-IN", "ca-ES",
    "cmn-Hans-CN", "cmn-Hant-TW", "cs-CZ", "da-DK", "de-DE", "el-GR", "en-AU", "en-CA", "en-GB",
    "en-GH", "en-IE", "en-IN", "en-KE", "en-NG", "en-NZ", "en-PH", "en-SG", "en-TZ", "en-US", "en-ZA",
    "es-AR", "es-BO", "es-CL", "es-CO", "es-CR", "es-DO", "es-EC", "es-ES", "es-GT", "es-HN", "es-MX",
    "es-NI", "es-PA", "es-PE", "es-PR", "es-PY", "es-SV", "es-US", "es-UY", "es-VE", "et-EE", "eu-ES",
    "fa-IR", "fi-FI", "fil-PH", "fr-CA", "fr-FR", "gl-ES", "gu-IN", "he-IL", "hi-IN", "hr-HR", "hu-HU",
    "hy-AM", "id-ID", "is-IS", "it-IT", "ja-JP", "jv-ID", "ka-GE", "km-KH", "kn-IN", "ko-KR", "lo-LA",
    "lt-LT", "lv-LV", "mk-MK", "ml-IN", "mn-MN", "mr-IN", "ms-MY", "my-MM", "nar-IQ", "nb-NO", "ne-NP",
    "nl-BE", "nl-NL", "pa-guru-IN", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "ru-RU", "si-LK", "sk-SK",
    "sl-SI", "sq-AL", "sr-RS", "su-ID", "sv-SE", "sw-KE", "sw-TZ", "ta-IN", "ta-LK", "ta-MY", "ta-SG",
    "te-IN", "th-TH", "tr-TR", "uk-UA", "ur-IN", "ur-PK", "uz-UZ", "vi-VN", "yue-Hant-HK", "zh",
    "zh-TW", "zu-ZA",
})  # fmt: skip
USUAL = {
    "en": "en-US",
    "es": "es-US",
    "fr": "fr-FR",
    "pt": "pt-BR",
    "zh": "zh-CN",
    "ar": "ar-AE",
    "nl": "nl-NL",
}
_KNOWN = {name.casefold(): name for name in SPOKEN | UNDERSTOOD}


def is_known(language: str) -> bool:
    """Whether the phone company can do anything with this language."""
    return language.casefold() in _KNOWN


def meant(language: str) -> str:
    """The language of the same family that is most likely meant; "" when there is none."""
    family = language.split("-")[0].casefold()
    kin = sorted(name for name in _KNOWN.values() if name.split("-")[0].casefold() == family and "-" in name)
    usual = USUAL.get(family, f"{family}-{family.upper()}")
    return usual if usual in kin else kin[0] if kin else ""
