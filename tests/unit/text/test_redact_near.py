"""What comes close to a secret and is none: it comes through redaction as it is."""

import pytest

from core.text.redact import redact

#: Near what is typed into firewalls and shown on phones: settings, codes that are none, names of things.
DEVICES = r"""
enable password writeback in Entra Connect
enable password hash sync
enable password reset for all users
enable secret rotation in Key Vault
tacacs-server is down
tacacs-server key mismatch on SW2
radius-server key rotated
radius key is wrong on the switch
RADIUS shared secret mismatch
radius secret changed yesterday
snmp-server community string missing
SNMP community string is wrong
snmp community is public
the community is 300 people strong
community string mismatch
snmpwalk -v2c -c public 10.0.0.1
snmpwalk -v2c -c $COMMUNITY 10.0.0.1
snmpwalk times out after 5s
set the pre-shared-key again on both ends
set a pre-shared-secret with 32 characters
set vpn ipsec ike-group IKE1
set vpn ipsec site-to-site peer 1.2.3.4 authentication mode pre-shared-secret
set up the tunnel with the pre-shared-key from Hudu
crypto isakmp key is missing
reset it to default settings
reset it to factory state
reset this to Read-Only
reset it to Windows11Pro
set it to DHCP_v4
set it to vlan120Guest
set it to Vlan120
set it to Auto-Negotiate
set it to 7.2.5 build1517
set them to DC01 and DC02
set it to C:\Program Files\App2
changed it to Office365E3
changed it to Outlook2021
changed it to https://portal.contoso.com/x1?a=B
changed it to %APPDATA%\Foo1
changed it to <@U12345>
changed it to (Get-Date).AddDays(-7)
updated it to KB5034441
switched him to M365-E5
switched it to Laptop1234
the OTP 123456 is only an example
otp 3 times wrong
otp is 6 digits
verification code 0x80070005
verification code expired after 10 minutes
verification code: not arriving
authentication code 535 5.7.139
error code 483920
exit code 1603
zip code 10115
MFA codes are accepted
MFA code is asked for twice
SMS code arrives late
login code is missing
Recovery key: saved in Entra
recovery key for LAPTOP-1234 is in Entra
recovery key: LAPTOP-1234
Recovery key ID: A1B2C3D4
recovery key 12345 not found
backup code already used
backup key: 2024-05-01
backup codes are printed
emergency code unknown
LAPS: not rotating
LAPS: GPO applied
LAPS is deployed by GPO
LAPS on PC-12 works
user must pass MFA
user bob did not pass the check
the login tests pass on Chrome120
-replace '(.*)','$1$2'
$5 a month
it costs $2.50
p/w reset done
pass word expired
"""

#: A label at the end of a line, and what stands below it.
BELOW = [
    "Password\nis not accepted",
    "Password\n\nOutlook asks again and again",
    "Password\nexpired",
    "Password\n14 characters",
    "Password\n********",
    "Password\nPC-0123",
    "Username\nerin\nPassword\n<password>",
    "He forgot his password\nError86",
    "It wants a new password\nOutlook2019 crashes",
    "all tests pass\nBuild1517x",
    "PIN\n4 digits",
    "| Password |\n|---|",
    "Temporary password\nWindows11",
]


@pytest.mark.parametrize("text", BELOW)
def test_what_stands_below_a_label_is_not_always_its_value(text: str) -> None:
    """Talk goes on in the next line, and so does a list."""
    assert redact(text).text == text


@pytest.mark.parametrize("line", DEVICES.strip().splitlines())
def test_what_comes_close_comes_through(line: str) -> None:
    """No word of it is replaced."""
    redacted = redact(line)
    assert (redacted.text, redacted.found) == (line, ())
