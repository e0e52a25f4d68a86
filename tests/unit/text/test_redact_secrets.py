"""Secrets as they are typed into support chats: each is replaced, and nothing around it is.

In each example § marks the secret. Those that scanners know are put together here.
"""

import pytest

from core.text.redact import redact

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MIXED = "aB3dE6gH9kL2mN5pQ8rS1tU4vW7xY0z"
HEX = "0123456789abcdef"
GUID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl"
RECOVERY = "-".join(["123456", "234567", "345678", "456789"] * 2)

SENTENCES = [
    ("password: §", "xyz"),
    ("pw is §", "xyz"),
    ("pw § works now", "Abc123!x"),
    ("temp password is §", "Summer2026!"),
    ("His temp pw is § for today", "Welcome1"),
    ("temp pass: §", "Welcome1"),
    ("temp pass is §", "Welcome1"),
    ("the new password is §, please try", "hunter2"),
    ("the new password is §. Please try", "hunter"),
    ("the password for ann@contoso.com is now §", "Hello123"),
    ("password for the VPN: §", "Kiwi!42"),
    ("the wifi password is §, ask reception", "blumentopf"),
    ("password (§)", "Summer2026!"),
    ("password is `§`", "Summer2026!"),
    ("his password is “§”", "Welcome1"),
    ('Password: "§"', "Summer of 2026"),
    ("*Password:* §", "Summer2026!"),
    ("**Password**: §", "Summer2026!"),
    ("Password - §", "Summer2026!"),
    ("Password → §", "Summer2026!"),
    ("| Password | § |", "Summer2026!"),
    ("Password:\n§\nThanks", "Summer2026!"),
    ("password is:\n```\n§\n```", "Summer2026!"),
    ("Passwort: §", "Sommer2026"),
    ("Das Passwort lautet §", "Sommer2026!"),
    ("Passwort auf § geändert", "Sommer2026!"),
    ("Kennwort ist §", "Geheim99"),
    ("mot de passe : §", "Soleil2026"),
    ("contraseña: §", "Verano2026"),
    ("reset his password to §", "Summer26!"),
    ("reset password for bob to §", "Summer26!"),
    ("I've changed the password to §.", "BlueHorse22"),
    ("password has been set to §", "Welcome123"),
    ("password should be §", "Welcome123"),
    ("password is §", "123456"),
    ("user: bob pass: §", "letmein"),
    ("username bob password §", "Welcome1!"),
    ("creds: admin / §", "P@ssw0rd"),
    ("credentials are admin:§", "P@ssw0rd"),
    ("login: bob / §", "Welcome1!"),
    ("username/password: bob / §", "letmein"),
    ("§ is the new password", "Summer2026!"),
    ("passphrase: §", "correct horse battery staple"),
    ("password: §, username bob", "hunter"),
    ("password: §", "pa;ss&word"),
    ("password is §", "letmein!"),
    ("the password's §", "letmein99"),
    ("new password set: §", "Welcome1"),
    ("I reset the password, it's now §", "Welcome1!"),
    ("I've reset her password. New one is §", "Welcome1!"),
    ("use § as the password", "Welcome123!"),
    ("I gave him § as temp password", "Welcome123!"),
    ("u: ann p: §", "Fall2025!"),
    ("user/pass ann/§", "Fall2025!"),
    ("PASSWORD §", "WELCOME1!"),
    ("passcode §", "482910"),
    ("SSID Guest, password §", "Sommer2026"),
    ("Das neue Kennwort für Frau Müller lautet §", "Sommer2026"),
    ("Passwort zurückgesetzt auf §", "Sommer2026"),
    ("Password:\u00a0§", "Welcome1"),
    ("Password\n§", "Hunter22!"),
    ("Password\n\n§", "Hunter22!"),
    ("Username: erin\nPassword\n§", "hunter22"),
    ("**Passwort**\n§\nDanke", "Sommer2026"),
    ("this is her password\n§", "Hunter22!"),
    ("user erin pass §", "Welcome123!"),
    ("her account is erin, pass §", "Welcome123"),
    ("I reset it to §", "Welcome123!"),
    ("reset it to §, she can sign in", "Welcome123"),
    ("set it to § for now", "Welcome123!"),
    ("changed it back to “§”", "Blue?Horse7"),
    ("p/w: §", "hunter"),
    ("pw: §", "hunter"),
    ("pass word: §", "hunter22"),
    ("laps: §", "Blue42!xQ7"),
    ("LAPS for PC-12 is set, laps is §", "k7#mP2qLx9"),
]

SETTINGS = [
    ("pwd=§", "hunter2"),
    ("DB_PASSWORD=§", "s3cr3t"),
    ("export PGPASSWORD='§'", "s3cr3t x"),
    ("spring.datasource.password=§", "s3cr3t"),
    ('{"user":"bob","password":"§"}', "s3cr3t"),
    (r"{\"password\":\"§\"}", "s3cr3t"),
    ("https://x.example/login?user=bob&password=§&x=1", "s3cr3t"),
    ("Server=x;User Id=sa;Password=§;Encrypt=True", "ab c"),
    ("Driver={SQL};Uid=sa;Pwd=§;", "Secret1"),
    ("Driver={SQL};Uid=sa;Pwd={§};", "Sec;ret1"),
    ("Data Source=x;User ID=sa;Password=§", "Secret1"),
    ("postgres://u:§@host/db", "p@ss"),
    ("postgres://u:§@host/db", "p/ss"),
    ("postgresql+asyncpg://u:§@host/db", "secret"),
    ("mongodb+srv://u:§@cluster0.x.mongodb.net/db", "secret"),
    ("redis://:§@localhost:6379", "secret"),
    ("<https://bob:§@dev.azure.com/x|link>", "secret"),
    ("<password>§</password>", "secret1"),
    ('<add key="SmtpPassword" value="§" />', "Secret1"),
    ('"DefaultPassword"="§"', "Secret1"),
    ("    DefaultPassword    REG_SZ    §", "Secret1"),
    ("username admin password 7 §", "0822455D0A16"),
    ("jdbc:sqlserver://x;user=sa;password=§", "Welcome1!"),
    ("mount -t cifs //srv/s /mnt -o username=bob,password=§,vers=3.0", "Welcome1"),
    ("$password = '§'", "Welcome1!"),
    ("enable secret 5 §", "$1$mERr$hx5rVt7rPNoS4wqbXKX7m0"),
    ("enable password §", "k3y9f8a7"),
    ("enable password level 15 §", "k3y9f8a7"),
    ("username admin secret 9 §", "$9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM"),
]

COMMANDS = [
    ("net user bob § /add", "P@ss"),
    ('net user "Bob B" "§" /add', "P@ss word"),
    ("net user bob §", "letmein"),
    (r"net use Z: \\srv\share § /user:dom\bob", "P@ss"),
    (r"net use \\srv\share /user:dom\bob §", "P@ssw0rd"),
    ('ConvertTo-SecureString "§" -AsPlainText -Force', "Summer 1"),
    ("ConvertTo-SecureString -String '§' -AsPlainText -Force", "Summer1"),
    ("ConvertTo-SecureString § -AsPlainText -Force", "Summer1"),
    ('(ConvertTo-SecureString -AsPlainText "§" -Force)', "Summer1"),
    ('$p = "§" | ConvertTo-SecureString', "abc123"),
    ('New-LocalUser bob -Password "§"', "Foo bar"),
    ("Connect-Thing -AdminPassword § -Verbose", "Foo123"),
    ("mytool --password=§ -v", "Foo123"),
    ("cmdkey /add:srv /user:bob /pass:§", "Foo123"),
    (r"psexec \\srv -u dom\bob -p § cmd", "secret"),
    (r'psexec64.exe \\srv -u dom\bob -p "§" cmd', "se cret"),
    (r"psexec \\pc -u admin -p§ cmd", "Welcome1"),
    ("winrs -r:pc -u:admin -p:§ cmd", "Welcome1"),
    ("plink -pw § host", "Welcome1"),
    ("smbclient //srv/share -U bob%§", "Welcome1"),
    ("ldapsearch -x -D cn=a -w § -b dc=x", "Welcome1"),
    ("az login --service-principal -u x -p § --tenant y", "abcdefghijk"),
    ("sshpass -p § ssh x", "secret"),
    ("mysql -u root -p§ db", "secret"),
    ("sqlcmd -S srv -U sa -P §", "Secret1"),
    ("curl -u bob:§ https://x.example", "secret"),
    ("openssl pkcs12 -in a.pfx -passin pass:§", "secret"),
    ("schtasks /create /ru bob /rp §", "Secret1"),
    ('New-Object System.Net.NetworkCredential("bob","§")', "Secret1"),
]

OTHERS = [
    ("pin", "PIN: §", "4821"),
    ("pin", "his pin is §", "4821"),
    ("network key", "PSK: §", "blumentopf"),
    ("network key", "Wi-Fi key: §", "blumentopf"),
    ("network key", "ssid=Guest key=§", "blumentopf"),
    ("network key", "    Key Content            : §", "foobar123"),
    ("network key", "WPA2 key is §", "Foobar123"),
    ("network key", "SSID: Guest / Key: §", "Sommer2026"),
    ("network key", "VPN pre-shared key is §", "sunflowers"),
    ("key", "key=§", "Sommer2026x"),
    ("api key", "the api key for Datto is §", HEX * 2),
    ("api key", "api key §", HEX * 2),
    ("secret", "RADIUS secret §", "Xy7pq9Zabc"),
    ("totp secret", "manual entry key: §", "jbsw y3dp ehpk 3pxp"),
    ("pin", "voicemail pin §", "4821"),
    ("secret", "snmp-server community § RO", "s3cret"),
    ("client secret", "client secret: §", GUID),
    ("client secret", "client_secret=§", "abcDEF123456"),
    ("client secret", "use § in the app registration", "abc" + "8Q~" + MIXED + "abc"),
    ("api key", "api key: §", HEX + "0123"),
    ("api key", "X-Api-Key: §", "abcdef123456"),
    ("api key", '"apiKey": "§"', "abcd1234efgh"),
    ("token", "API token is §", "abcd1234efgh5678"),
    ("token", "PAT: §", "abcd1234efgh5678ijkl"),
    ("secret", "secret key: §", "abcd1234efgh5678"),
    ("secret", "aws_secret_access_key = §", "wJalrXUtnFEMI" + "K7MDENGbPxRfiCYEXAMPLEKEY12"),
    ("secret", "shared secret is §", "Radius2026"),
    ("aws key", "it uses § today", "AKIA" + "IOSFODNN7EXAMPLE"),
    ("azure key", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=§;EndpointSuffix=y", MIXED * 2 + "=="),
    ("azure key", "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=§", MIXED + "="),
    ("azure key", "https://x.blob.core.windows.net/c?sv=2024-01-01&sig=§&se=2026", MIXED + "%3D"),
    ("azure key", "key1 §", (MIXED * 3)[:86] + "=="),
    ("github token", "git clone https://§@github.com/x/y", "ghp_" + MIXED + "A12345"),
    ("github token", "use §.", "github_pat_" + MIXED),
    ("gitlab token", "use §", "glpat-" + MIXED[:20]),
    ("slack token", "bot §", "xoxb-" + "1234567890-" + MIXED),
    ("slack token", "app §", "xapp-" + "1-A1-" + MIXED),
    ("google key", "maps §", "AIza" + UPPER + "123456789"),
    ("google token", "§", "ya29." + MIXED),
    ("anthropic key", "§", "sk-ant-" + "api03-" + MIXED),
    ("openai key", "§", "sk-" + "proj-" + MIXED),
    ("stripe key", "§", "sk_live_" + MIXED),
    ("npm token", "§", "npm_" + MIXED + "12345"),
    ("pypi token", "§", "pypi-" + "AgEI" + MIXED),
    ("sendgrid key", "§", "SG." + MIXED + "." + MIXED),
    ("twilio key", "§", "SK" + HEX * 2),
    ("token", "it sends §", JWT),
    ("token", 'curl -H "Authorization: Bearer §"', JWT),
    ("token", "Authorization: Bearer §", "abcdef1234567890XYZ"),
    ("password", "Authorization: Basic §", "Ym9iOnNlY3JldA=="),
    ("recovery key", "BitLocker key § for PC-0123", RECOVERY),
    ("recovery key", "it is §", RECOVERY.replace("-", " ")),
    ("totp secret", "TOTP secret: §", "JBSWY3DPEHPK3PXP"),
    ("totp secret", "authenticator key is §", "abcd efgh ijkl mnop"),
    ("totp secret", "otpauth://totp/Contoso:bob?secret=§&issuer=Contoso", "JBSWY3DPEHPK3PXP"),
    ("webhook", "https://hooks.slack.com/services/§", "T000/B000/" + MIXED),
    ("webhook", "https://contoso.webhook.office.com/webhookb2/§", GUID + "@" + GUID + "/IncomingWebhook/" + HEX),
    ("cookie", "curl -H 'Cookie: §'", "session=abcdef1234567; a=b"),
    ("pin", "PIN\n§", "482913"),
    ("secret", "tacacs-server key §", "cisco"),
    ("secret", "radius-server host 10.0.0.1 auth-port 1812 key §", "k3y9f8a7"),
    ("secret", "the radius key § is on both sides", "k3y9f8a7"),
    ("secret", "snmp-server community § RO", "pUbl1c"),
    ("secret", "snmp-server community § RO", "public"),
    ("secret", "snmp community string is §", "pUbl1cX"),
    ("secret", "community: §", "k3y9f8a7"),
    ("secret", "snmpwalk -v2c -c § 10.0.0.1 sysName", "k3y9f8a7"),
    ("secret", "snmpget -v3 -u mon -l authPriv -a SHA -A § 10.0.0.1", "authpass"),
    ("network key", "set vpn ipsec site-to-site peer 1.2.3.4 authentication pre-shared-secret §", "tunnelkey"),
    ("network key", 'set security ike policy P1 pre-shared-key ascii-text "§"', "tunnelkey"),
    ("network key", "    set psksecret ENC §", "abcdef1234"),
    ("network key", "crypto isakmp key § address 10.0.0.1", "tunnelkey"),
    ("one-time code", "the otp is §", "483920"),
    ("one-time code", "verification code: §", "483920"),
    ("one-time code", "MFA code §, it is valid for 30 seconds", "483 920"),
    ("one-time code", "her one-time passcode is §", "48392017"),
    ("recovery code", "Recovery code: §", "a1b2c-d3e4f"),
    ("recovery code", "recovery key is §", "W7QK-3F9A-11ZP-8TRC-P0LM-22XA"),
    ("recovery code", "backup codes: §", "12345678 23456789, 34567890"),
    ("recovery code", "Backup codes:\n§\nKeep them", "1234 5678".replace(" ", "") + "\n23456789"),
    ("password hash", "root:§:19000:0:99999:7:::", "$6$saltsalt$" + MIXED * 2),
    ("password hash", "bob:§", "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC"),
    ("password hash", "it stores §", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"),
    ("password hash", "it stores §", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$RdescudvJCsgt3ub"),
    ("password hash", "Administrator:500:§:::", HEX * 2 + ":" + HEX[::-1] * 2),
]


@pytest.mark.parametrize(("example", "secret"), [*SENTENCES, *SETTINGS, *COMMANDS])
def test_a_password_is_replaced_and_nothing_around_it(example: str, secret: str) -> None:
    """In sentences, settings and commands only the password itself goes."""
    redacted = redact(example.replace("§", secret))
    assert (redacted.text, redacted.found) == (example.replace("§", "[redacted: password]"), ("password",))


@pytest.mark.parametrize(("kind", "example", "secret"), OTHERS)
def test_other_secrets_are_replaced_by_their_kind(kind: str, example: str, secret: str) -> None:
    """Keys and tokens are named for what they are."""
    redacted = redact(example.replace("§", secret))
    assert (redacted.text, redacted.found) == (example.replace("§", f"[redacted: {kind}]"), (kind,))


def test_an_access_key_and_its_secret_go_together() -> None:
    """The secret of an AWS key is found behind its id, where no word says what it is."""
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
    assert redact("AKIA" + "IOSFODNN7EXAMPLE," + secret).text == "[redacted: aws key],[redacted: aws key]"


def test_all_passwords_of_a_list_are_replaced() -> None:
    """The second password of a sentence has no label of its own."""
    redacted = redact("password is Spring24! or Summer24!")
    assert redacted.text == "password is [redacted: password] or [redacted: password]"


def test_kinds_are_named_once_in_order() -> None:
    """What was found is told without repeats."""
    redacted = redact("PSK: blumentopf, password: abc1, and password: def2")
    assert redacted.found == ("network key", "password")


@pytest.mark.parametrize("name", ["RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
def test_a_private_key_is_replaced_as_a_whole(name: str) -> None:
    """BEGIN and END go with it, and the text around it stays."""
    key = f"-----BEGIN {name}-----\nMIIEow\nab cd\n-----END {name}-----"
    assert redact(f"here:\n{key}\nthanks").text == "here:\n[redacted: private key]\nthanks"


def test_a_private_key_in_json_is_replaced() -> None:
    """A service account holds its key in one line with written-out line ends."""
    key = "-----BEGIN PRIVATE" + r" KEY-----\nMIIEvQ\nabc=\n-----END PRIVATE KEY-----\n"
    assert redact(f'{{"private_key":"{key}","x":1}}').text == r'{"private_key":"[redacted: private key]\n","x":1}'


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        (f"{MIXED * 2}\n{MIXED * 2}\n{MIXED[:10]}", "\nis that the right one?"),
        ("MIIEow", "\nis that the right one?"),
        (f"MIIEow\n{MIXED * 2}\n...", "\nmore to follow"),
        (MIXED * 2, ""),
    ],
)
def test_a_private_key_without_its_end_is_replaced(body: str, rest: str) -> None:
    """A key that was cut off goes as far as it can be seen; what the engineer wrote behind it stays."""
    begin = "-----BEGIN RSA PRIVATE" + " KEY-----"
    assert redact(f"see {begin}\n{body}{rest}").text == f"see [redacted: private key]{rest}"


def test_a_putty_key_is_replaced() -> None:
    """Of PuTTY's format only the private lines are secret."""
    key = "PuTTY-User-Key-File-3: ssh-rsa\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 2\nAAAAgQC5\nZZZZ=\nPrivate-MAC: 12"
    assert redact(key).text == key.replace("AAAAgQC5\nZZZZ=", "[redacted: private key]")
