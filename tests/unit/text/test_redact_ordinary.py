"""What support engineers write all day, and what must come through redaction as it is."""

import pytest

from core.text.redact import redact

TALK = r"""
password reset fails
password expired
the password is wrong
password is not accepted
The password is rejected by the VPN.
the user says his password is correct
password is about to expire
her password is about to expire in 3 days
password is case sensitive
password was changed 3 days ago
password has been reset twice
password must be at least 14 characters
password should be 14+ characters
password is set to expire
reset the password in Entra
reset password on DC01
reset password for bob@contoso.com in M365
reset password O365 for the user
reset password to default
we changed the password to something longer
password reset portal is down
password reset link is broken
password manager is Bitwarden
password is in ITGlue
password is stored in Hudu under Firewall2
password prompt keeps coming back in Outlook
Outlook asks for the password every 5 minutes
the password for Outlook is wrong
password for DC01
password hash sync is enabled
password writeback is not working
password-protected zip
passwordless sign-in with FIDO2
forgot password?
is the password right?
password is O365
password is bob's birthday
new password required
temporary password was emailed
admin password unknown
LAPS password is not rotating
LAPS is deployed by GPO
reset it to factory state
he typed the password 3 times
tried password 7 times
user needs the password to login
the password vault at https://vault.contoso.com/item/12
Das Passwort ist abgelaufen
Passwort falsch
Passwort wurde zurückgesetzt
Das Passwort ist nicht korrekt
mot de passe oublié
MFA token
MFA token not arriving
token 123456
MFA code: 123456
the OTP 123456 is only an example
MFA code is asked for twice
hardware token is lost
access token is expired
the API key is missing from the config
api key expired yesterday
the client secret expired on 2024-05-01
client secret expires in 30 days
SSH key: ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7
host key verification failed
product key is missing
wifi key is missing
PSK mismatch on the tunnel
BitLocker recovery key is required
PIN reset needed
all tests pass: 12
basic authentication is disabled
bearer token is missing
set the secret in Key Vault
creds are wrong
credential prompt in Outlook 2019, Excel 2019
login: works / fails
net user command fails
psexec -p is the password switch
use the -Password parameter
SG-Finance-Share
sk-learn is not installed
"""

MORE = r"""
User reports: password keeps getting rejected since Monday.
Reset pw, still no luck
pw reset done
PW reset done, user can log in again
password changed yesterday, now Outlook loops
Her pw expired
Pass the ticket to tier 2
Pass-through authentication agent is down
password spray attack seen from 185.220.101.4
passwords are stored in Keeper
the password was typed in correctly
Password is correct, MFA prompt never shows
password is working on OWA but not on the phone
password is only accepted on the LAN
password is synced from AD
password is being reset now
password is known to work
password is definitely right
password was wrong
password was fine yesterday
password is null in the CSV
is your password older than 90 days?
password older than 90 days
Password age: 42
Password never expires: True
password expiry: 2024-05-01
Password expiry notification: disabled
Password = blank
password: blank
password: (none)
password: n/a
password: see ticket
password: in Hudu
password: same as before
password: unchanged
password: not set
Password: user forgot it
Password: he changed it last week
Password: yes, reset
password: ok
Password: OK, MFA: failing
Password correct: yes
password ok, MFA not ok
Password reset: done
Password reset:
Passwords:
Password (expired)
Password/MFA reset needed
password & MFA reset
password and MFA are fine
password and username are correct
password or PIN required
password on file is old
password in the keychain is stale
password from yesterday doesn't work
password to SRV01 expired
password via OneDrive link
Set-ADUser -Identity bob -PasswordNeverExpires $true
Set-MsolUser -UserPrincipalName bob@contoso.com -PasswordNeverExpires $true
Get-ADUser bob -Properties PasswordLastSet,PasswordExpired,BadPwdCount
Search-ADAccount -PasswordExpired
net accounts /minpwlen:14
net accounts /maxpwage:90
dsquery user -stalepwd 90
Set-ADAccountPassword bob -Reset
Unlock-ADAccount bob
klist purge
cmdkey /list
cmdkey /delete:server01
Error: The user name or password is incorrect.
The password does not meet the password policy requirements.
"The specified network password is not correct" (0x80070056)
Error 86: The specified network password is not correct
0xC000006A wrong password
AADSTS50126: Error validating credentials due to invalid username or password.
Sub Status: 0xC000006A
535 5.7.3 Authentication unsuccessful
535 5.7.139 Authentication unsuccessful, basic authentication is disabled
Authentication-Results: spf=pass smtp.mailfrom=contoso.com; dkim=pass header.d=contoso.com
spf=pass dkim=pass dmarc=pass
SPF: pass, DKIM: pass, DMARC: fail
Test result: pass
Pass: 12, Fail: 3
PIN: not set
PIN code: reset via Settings
Windows Hello PIN is broken
pin is not available
secret question unknown
the secret in the app registration expired
client secret is expired
Secret: expired
secret rotation planned for 2025-01-01
App secret expires: 2025-05-01
token lifetime is 60 minutes
token refresh loop
token: invalid_grant
Primary Refresh Token: not present (AzureAdPrt : NO)
AzureAdPrt : YES
token protection policy
Kerberos token size 48000
MaxTokenSize = 48000
security token: hardware, lost
API key: rotated
api key valid until 2025-12-31
access key: rotated last week
Registry: HKCU\Software\Microsoft\Office\16.0\Common\Identity
EnableADAL = 1
key: HKCU\Software\X
BitLocker Key Protector: TPM
BitLocker: key escrowed to Entra
Recovery key: in Entra
Key ID {1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED}
Numerical Password:
manage-bde -protectors -get C:
product key: see sticker
host key: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU
fingerprint SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU
thumbprint: 3F786850E387550FDAB836ED7E6DC881DE23001B
Request Id: 5f2c1b3e-0000-4b2d-9b5d-ab8dfbbd4bed Timestamp: 2024-05-01 10:00:00Z
x-ms-request-id: 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed
Message-ID: <abc123def456@mail.contoso.com>
DS1821+ NAS serial 2080QWN123456
IMEI 356938035643809
iPhone serial F2LXJ0ABCD12
Asset tag LT-00412
FortiGate FG100E4Q16000123
firmware 7.2.5 build1517
S1 agent 23.4.2.14
VLAN 120 on Gi1/0/24
port 443/tcp filtered
mysql -u root -p mydb
docker run -d -p 8080:80 --name web nginx
nmap -p 443 10.0.0.1
psexec -s cmd
psexec \\srv01 -s cmd /c whoami
7z x backup.7z -oC:\temp
curl -I https://contoso.com
curl -u $USER:$PASS https://x
ssh -i ~/.ssh/id_rsa bob@10.0.0.1
rsync -avz -e "ssh -p 2222" a b
robocopy C:\a \\srv\b /mir /r:1 /w:1
gpupdate /force
gpresult /h report.html
schtasks /run /tn "Backup"
az login --tenant contoso.onmicrosoft.com
Connect-MgGraph -Scopes User.ReadWrite.All
Connect-ExchangeOnline -UserPrincipalName admin@contoso.com
$cred = Get-Credential
$secpasswd = ConvertTo-SecureString $plain -AsPlainText -Force
New-Object System.Management.Automation.PSCredential ($user, $secpasswd)
login: admin
login as admin, then run setup
login page: https://portal.contoso.com/login
Login.microsoftonline.com/common/oauth2/authorize
credentials cached in Credential Manager
credentials: cached
creds: in Hudu
user and password prompt: loops
user/password: correct
user name and password: verified
username and password: rejected / locked
username: bob
Wi-Fi password not accepted
wifi password changed?
WLAN-Schlüssel fehlt
wifi key mismatch
PSK: not matching on both sides
IPsec PSK identical on both ends
key=clear
code: 0x8007232B
?code=AADSTS50011
The wifi is slow, pinging 8.8.8.8 gives 400ms
otp code expired
setup key: not shown
authenticator setup: failing
2FA key lost
MFA secret: reset
passphrase for the zip was lost
passphrase: not known
the passphrase is in Hudu
She said password123-style passwords are blocked
Passwort zurücksetzen für Frau Müller
Passwort läuft ab
Passwort: falsch
Kennwort: unbekannt
Das Kennwort ist gesperrt
Passwort ist korrekt, Anmeldung geht trotzdem nicht
Benutzername oder Kennwort falsch
mot de passe incorrect
contraseña incorrecta
wachtwoord verlopen
password looks fine
password seems ok
password was reset by SSPR
password set in 2019
password reset 3x today
password reset Monday 10:30
password reset at 10:30
password reset by helpdesk at 2pm
password policy GPO1 applied
password filter DLL v2.3
password last changed 01/05/2024
password change required at next logon
password change: pending
ChangePasswordAtLogon : True
new password rejected by policy
old password still cached on iPhone
current password unknown
default password changed
initial password handed over
admin password rotated
root password lost on ESXi7
his password on the iPhone15 is old
my password is not yours
The password you typed is wrong.
What's the password?
Which password? The AD one.
password = wrong
token=expired
pwd ok
cd .. && pwd
pwd command shows /home
pwdLastSet: 133600000000000000
pwdLastSet=0
unicodePwd attribute
sc config x obj= .\svc password= ""
Basic realm="contoso"
WWW-Authenticate: Negotiate, NTLM, Basic realm="mail"
Bearer tokens expire after 3600s
authorization: denied
authorization_endpoint: https://login.microsoftonline.com/common
Set-Cookie blocked by browser
cookie: SameSite=Lax missing
"""


@pytest.mark.parametrize("line", [line for table in (TALK, MORE) for line in table.strip().splitlines()])
def test_ordinary_talk_comes_through(line: str) -> None:
    """No word of it is replaced."""
    redacted = redact(line)
    assert (redacted.text, redacted.found) == (line, ())


def test_a_long_chat_of_it_comes_through() -> None:
    """Nor when it is one text, where each line has others around it."""
    assert redact(TALK + MORE).text == TALK + MORE
