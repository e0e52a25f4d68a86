"""Words that mean nothing, words that any problem is told with, and words that mean the same to a service desk."""

from typing import Final

__all__ = ["COMMON", "SAME", "STOP_WORDS", "VARIANTS"]

STOP_WORDS: Final = frozenset(
    """
    a about after again all also am an and any anybody anyone are arent as at be because been before
    being both but by came can cannot cant come comes could couldnt did didnt do does doesnt doing dont
    each every few for from get gets getting give gives go goes going got had has have having he hello
    help her here hers hey hi him his how i id if ill im in into is isnt it its ive just keep keeps know
    let like made make me more most my need needs no nor not now of off on once one only or other our
    ours out over own please really say says seem seems she should so some somebody someone still such
    sure tell than thank thanks that thats the their theirs them then there these they theyre thing this
    those through to today too tried tries try trying until up us very want wants was wasnt we well were
    what when where which while who whom whose why will with without wont would yes you your yours
    """.split()  # noqa: SIM905  # as a list it would be two hundred lines
)
#: Words that any problem may be told with: found alone, they say nothing of it.
COMMON: Final = frozenset(
    """
    afternoon angry asap broken channel channels client clients colleague colleagues company computer computers customer
    customers day days device devices employee employees error errors evening fail failed failing fails happen
    happened happens issue issues machine machines morning new nothing office pc people person pls problem problems
    question since staff stopped ticket tickets unhappy urgent user users week weeks work worked working works yesterday
    """.split()  # noqa: SIM905
)
#: One group a line, of abbreviations, British and American, and what people call the same thing.
_GROUPS: Final = """
    account acct
    audio sound
    backup bkp backups
    bounce bounced bounces ndr
    camera webcam
    computer machine pc workstation
    credential cred creds credentials
    freeze freezes freezing froze frozen
    hang hangs hung
    headset earbuds earphones headphones
    laptop laptops notebook notebooks
    licence lic licences licensed license licenses licensing unlicensed
    lock locked locking lockout lockouts locks
    login logins logon logons sign-in sign-ins signin
    mail email emails e-mail e-mails mails
    mailbox mbx
    message msg msgs
    mfa 2fa tfa
    microphone mic mics
    onedrive od
    outlook ol
    password passcode passwd pw pwd pws
    permission perms permissions rights
    phone cell cellphone mobile smartphone
    printer copier copiers mfp
    rdp mstsc
    restart reboot rebooted rebooting reboots
    server servers srv
    sharepoint sp
    slow laggy slowly slowness sluggish
    sync synced syncing synchronise synchronised synchronize synchronized syncs
    update upd updates updating
    wifi wi-fi wireless wlan
"""
_WORDS: Final = tuple(tuple(line.split()) for line in _GROUPS.split("\n") if line.strip())
#: Word → the one that stands for its group.
SAME: Final = {word: words[0] for words in _WORDS for word in words}
#: Word that stands for a group → all of it, as full-text search may find them.
VARIANTS: Final = {
    words[0]: (*words, *(("sign in", "log in", "log on") if words[0] == "login" else ())) for words in _WORDS
}
