"""How one written value looks: like a password, like a stand-in for one, or like what support quotes all day."""

import re
from typing import Final

__all__ = [
    "MASK",
    "character_classes",
    "is_placeholder",
    "is_reference",
    "is_word",
    "looks_like_key",
    "looks_like_password",
    "names_no_password",
    "stands_out",
]

#: Stands for each character that is redacted already, while the rest of a text is looked at.
MASK: Final = "\ue000"

_SYMBOLS: Final = frozenset("!@#$%^&*+=?~|{}[]<>\\§€£")

#: Masks, variables, code that fetches the value, and fields to fill in: none of them is the secret itself.
_PLACEHOLDER: Final = re.compile(
    rf"""(?ix)
    [*•●·x.\#_…–—?{MASK}-]++
    | \$\{{?(?:env:|script:|global:|using:)?[a-z_][a-z_.:]{{0,60}}\d?\}}?
    | \$\(.*+ | \(.*+
    | %[a-z_][\w.-]{{0,60}}%
    | \{{\{{?[^{{}}]{{0,80}}\}}\}}?
    | <[\w \t.-]{{1,60}}>?
    | \[[\w \t.-]{{1,60}}\]
    | (?:os\.|process\.env|getpass|config[.\[(]|settings[.\[(]|env\(|self\.|args\.|read-host|get-|convertto-|new-object).*+
    """
)

_GUID: Final = r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?"
#: What is never a password, not even behind "password:".
_QUOTED_EVERYWHERE: Final = re.compile(
    r"(?i)kb\d{5,8}|0x[0-9a-f]{2,16}|https?://\S*+|(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\d{1,5})?"
    r"|[a-z]:[\\/]\S*+|\\\\\S*+|~?/[\w.-]{1,80}/\S*+"
)
_REFERENCE: Final = re.compile(
    rf"""(?ix)
    {_GUID}
    | (?:[0-9a-f]{{2}}[:-]){{5}}[0-9a-f]{{2}} | (?:[0-9a-f]{{4}}\.){{2}}[0-9a-f]{{4}}
    | [^@\s]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}
    | [a-z][a-z0-9+.-]{{1,20}}://\S*+
    | [\w.-]{{1,40}}\\\S*+ | hk(?:lm|cu|cr|u|cc)[:\\]\S*+
    | (?:sha-?\d{{1,3}}|md5):\S*+
    | s-1-\d[\d-]*+
    | v?\d+(?:[./:-]\d{{1,9}}){{1,8}}[ap]?m?
    | \#\d{{1,12}}
    | (?:inc|req|chg|ritm|prb|sr|cs|cw|at|halo|fp|cve|aadsts|tkt|ticket|case)[-\#_]?\d[\d-]*+
    | [\d.,]{{1,9}}[+-]?(?:st|nd|rd|th|s|m|h|d|w|x|k|ms|secs?|mins?|hrs?|hours?|days?|weeks?|months?|yrs?|years?
      |chars?|characters?|digits?|users?|times|gb|mb|kb|tb|%|-[a-z-]{{1,20}})
    | (?:m|o|d|office|dynamics|microsoft|ms)-?365\w{{0,2}} | [1-9]?(?:2|m)fa | 1password | 3cx | 7-?zip
    | (?:win|windows|w|server|winserver|srv|ios|ipados|android|macos|ie|edge|chrome|firefox|office|outlook
      |exchange|sharepoint|sql|ubuntu|php|python|tls|ssl|smb|ntlm|oauth|saml|sha|aes|rsa|md|ipv|wpa|tpm|ikev|web
      |http|s|w)-?v?\d{{1,4}}(?:[.-]\d{{1,4}}|r2|h2|v2)?
    """
)
#: Ticket numbers and names of devices are written in capitals.
_DEVICE: Final = re.compile(r"[A-Z]{2,10}(?:-[A-Z]{1,10}){0,3}(?:-?\d{1,2}|-\d{3,6})")

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]{1,2})?")
_DESCRIBING: Final = re.compile(
    r"(?:\w{3,}ed|\w{4,}ing|\w{3,}ly|\w{2,}[ai]ble|\w{3,}ful|\w{2,}less|\w{3,}ive|\w{3,}ory"
    r"|(?:ge|ver|zurück|abge|unge)\w{3,}(?:t|en))"
)

#: Words that follow "password is" or stand behind "Password:" and are none.
_STOP_WORDS: Final = frozenset(
    """
    a about above abuse accepted access account accounts active actually again age all alright already also
    always an and another any anything approx are as ask at attempt attempts authentication auto available aware
    back bad based because been being below best better blank both broken but by bypass cached called can cannot
    cant case change changed changes clear cleared client close common complete completely complex complexity
    compromised config configured confirmed contact copied copy correct could couldnt created current currently
    customer cut date dead default different disabled documented does doesnt done down due each easy either email
    emailed empty enabled encrypted end enough enter entered entry error even every everything exact exactly
    expired expires expire expiry fail failed failing fails failure false few fine first fixed flagged following
    for forced forever forgot forgotten found from full generated get gets given gone good got had hard has hasnt
    have having he help her here hers hidden him his how however i if in inactive incorrect inside instead intact
    internal invalid is isnt issue issues it its just keeps kept known last late length less letters like linked
    list local locked log logged login logon long longer looks lost lower lowercase mail manager managed many
    match matched matches matching max maximum may maybe me mfa min minimum mismatch missing mixed more most must
    my na need needed needs never new next no nobody none nope nor normal not notes nothing now null numbers of
    off offline ok okay old on once one online only onto open optional or other our out outdated over overdue page
    per perfect permanent person pending please policy possible prefilled present prevented previous problem
    problems prompt protected provided public pulled random read ready really rejected request required
    requirements reset resets resetting right rotated rule rules safe said same saved screen secret secure see seems
    self send sent separate separately set sets setting settings several shared she short should show shown shows
    side simple since single site so solved some someone something somewhere soon spelled split stale standard
    static still stored string strong stuck such supplied support sure sync synced synchronised synchronized
    taken tbc tbd temp temporary tested text than that the their theirs them then there these they thing this
    those three through tied time times to today together told tomorrow too tried tries true try turned twice two
    typed typo under unavailable unchanged unclear unique unknown unlocked unset until up updated upper uppercase
    us use used user users username using usual valid vault verified via visible wait waiting was wasnt we weak
    were what whatever when where whether which while who whole whose why will with within without wont work
    worked working works would wrong yes yesterday n/a yet you your yours zero
    abgelaufen aber alt auch bekannt bereits bitte das dem den der die ein eine er es falsch fehlt fehlerhaft
    geändert gesperrt gleich gültig hat ich im ist jetzt kein keine klappt korrekt laut leer mit muss nein neu
    nicht noch oder richtig schon sein sich sie siehe soll sollte stimmt und ungültig unbekannt vergessen vom von
    vorhanden war weg wird wurde zu zurückgesetzt zwischen
    bien caducada con correcta correcto el en ha incorrecta incorrecto la le les mal muy no non oublié para pas
    por que sin un une voor niet verkeerd verlopen onjuist juist
    """.split()  # noqa: SIM905  # as a list it would be several hundred lines
)


def is_placeholder(value: str) -> bool:
    """A mask, a variable, code or a field to fill in, where a secret could stand."""
    return _PLACEHOLDER.fullmatch(value) is not None


def is_reference(value: str) -> bool:
    """Something support quotes that only looks like a secret: GUID, address, path, version, product, device."""
    return any(shape.fullmatch(value) for shape in (_QUOTED_EVERYWHERE, _REFERENCE, _DEVICE))


def is_word(value: str) -> bool:
    """Letters only (an apostrophe as in "can't" allowed)."""
    return _WORD.fullmatch(value) is not None


def names_no_password(value: str) -> bool:
    """Ordinary talk, even directly behind "password:": a stop word, a description, a placeholder, a KB number."""
    word = value.casefold().strip(".,;:!?*_'\"()[]").replace("'", "").replace("’", "")
    return (
        not word
        or word in _STOP_WORDS
        or _DESCRIBING.fullmatch(word) is not None
        or word.partition("/")[0] in _STOP_WORDS
        or is_placeholder(value)
        or _QUOTED_EVERYWHERE.fullmatch(value) is not None
    )


def character_classes(value: str) -> int:
    """How many of lower case, capitals, digits and symbols a value holds: 0 to 4."""
    return sum(
        (
            any(character.islower() for character in value),
            any(character.isupper() for character in value),
            any(character.isdigit() for character in value),
            any(character in _SYMBOLS for character in value),
        )
    )


def looks_like_password(value: str) -> bool:
    """Letters mixed with digits or symbols, five characters and more, and nothing that support quotes."""
    core = value.rstrip("!?*")
    if len(value) < 5 or is_placeholder(value) or is_reference(value) or _REFERENCE.fullmatch(core):
        return False
    if not any(character.isalpha() for character in core):
        return False
    return any(character.isdigit() or character in _SYMBOLS for character in core)


def stands_out(value: str) -> bool:
    """Looks like a password to anybody, with no word before it that says so: three classes of characters."""
    return len(value) > 5 and looks_like_password(value) and character_classes(value) > 2


def looks_like_key(value: str) -> bool:
    """Eight characters and more that nobody says aloud. A GUID counts: it stands behind "secret" or "key"."""
    if len(value) < 8 or is_placeholder(value):
        return False
    if re.fullmatch(_GUID, value, re.IGNORECASE):
        return True
    if is_reference(value) or not any(character.isalpha() for character in value):
        return False
    return any(character.isdigit() for character in value) or (len(value) >= 16 and character_classes(value) > 1)
