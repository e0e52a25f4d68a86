"""What tools print, and what engineers copy from them: it comes through redaction as it is."""

import pytest

from core.text.redact import redact

LABELS = r"""
password policy: 14 characters
Password policy: 14 characters, 24 remembered, lockout after 5 attempts
password: 14 characters
password: expired
Password: required
Passwort: abgelaufen
password complexity: enabled
password history = 24
password attempts: 5
Password sync: delayed
Password manager: Bitwarden
1Password: vault locked
username/password: both wrong
credentials: invalid/expired
Token: expired
api key: see IT Glue
secret: rotated yesterday
pass: all 12 tests
pin 3: GND
PIN: forgotten
Authorization: required for this mailbox
cookie: cleared
Wi-Fi: Contoso-Guest
login fails with error: 0x80070005
password: 0x80070005
Password: ********
Password: •••••••
Password: <password>
"password": null
password=$env:DB_PASSWORD
password = os.environ["X"]
Password=;
Pwd=%PASSWORD%
PWD=/home/bob
AccountKey=<key>
key=value
jira key=PROJ-1234
badPwdCount=5
PasswordLastSet      : 5/1/2024 10:30:11 AM
PasswordNeverExpires : True
Password last set            5/1/2024 10:30:11
Password required            Yes
Minimum password length (chars): 14
-Password $cred
Set-ADAccountPassword -Identity bob -Reset -NewPassword (Read-Host -AsSecureString)
ConvertTo-SecureString $pw -AsPlainText -Force
Test-ComputerSecureChannel -Repair -Credential (Get-Credential)
net user bob /domain
net user bob * /domain
net use Z: \\srv01\share /persistent:yes
netsh wlan show profile name=Guest key=clear
mysql -u root -p
docker run -p 8080:80 nginx
ssh -p 2222 host
postgres://user:$DB_PASS@db/app
postgres://user:****@db/app
https://teams.microsoft.com:443/l/channel/19%3a@thread.tacv2
https://hooks.slack.com/services/
"""

THINGS = r"""
error 0x80070005
error code 0x80070005 at the password prompt
KB5034441 fails with 0x80070643
AADSTS50053: account is locked
CVE-2024-21412
Event ID 4625, logon type 3
tenant 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed
Correlation ID: 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed
secret ID: 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed
Key ID: 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed
client id: 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed
serial 5CG1234ABC
S/N: PF2ABCDE
service tag 7XK2J13
10.0.0.12/24
MAC 00:1A:2B:3C:4D:5E
sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
md5: d41d8cd98f00b204e9800998ecf8427e
commit 3f786850e387550fdab836ed7e6dc881de23001b
ticket CW #4711
INC0012345 password reset
registry key: HKLM\Software\Policies
registry key HKLM\SYSTEM\CurrentControlSet\Services\W32Time
C:\Users\bob\AppData\Local\Temp
S-1-5-21-3623811015-3361044348-30300820-1013
version 10.0.19045.4046
Windows 11 23H2 build 22631.3447
user@contoso.com
git@github.com:contoso/repo.git
ssh admin@10.0.0.1
http://proxy.contoso.local:8080
"""


@pytest.mark.parametrize("line", [line for table in (LABELS, THINGS) for line in table.strip().splitlines()])
def test_what_tools_print_comes_through(line: str) -> None:
    """No word of it is replaced."""
    redacted = redact(line)
    assert (redacted.text, redacted.found) == (line, ())


def test_a_setting_behind_a_password_stays() -> None:
    """What follows a password behind a comma need not be another one."""
    redacted = redact("password=abc123, vers=3.X, sec=ntlmv2")
    assert redacted.text == "password=[redacted: password], vers=3.X, sec=ntlmv2"


def test_a_certificate_stays() -> None:
    """Only private keys are secret."""
    certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
    assert redact(certificate).text == certificate


def test_an_earlier_mark_stays_and_is_not_found_again() -> None:
    """A text that was redacted is not a finding."""
    text = "password: [redacted: password], and it is [redacted: token] now"
    assert (redact(text).text, redact(text).found) == (text, ())
