"""A mail server for tests: Debian's aiosmtpd on a free loopback port, without privileges. Its first line of output is the port; each message it takes is one more line of JSON,
read by Python's own parser. Usage: mail_server.py [--tls CERT KEY] [--implicit] [--user NAME PASSWORD]"""
import argparse
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("--tls", nargs=2)
options.add_argument("--implicit", action="store_true")
options.add_argument("--user", nargs=2)
options = options.parse_args()


class Mailbox:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if address.startswith("blocked@"):
            return "550 5.1.8 Not from you"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("nobody@"):
            return "550 5.1.1 No such user here"
        if address.startswith("later@"):
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        line = {
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": message["Subject"], "text": message.get_content(), "id": message["Message-ID"],
            "headerTo": message["To"], "references": message["References"], "secure": session.ssl is not None or options.implicit, "signedIn": bool(session.authenticated), "defects": len(message.defects),
            "longest": max(len(raw) for raw in envelope.content.split(b"\r\n")),
        }
        print(json.dumps(line), flush=True)
        return "250 2.0.0 Ok: queued as 4711"


def sign_in(server, session, envelope, mechanism, data):
    return AuthResult(success=bool(options.user) and data.login == options.user[0].encode() and data.password == options.user[1].encode(), handled=False)


async def main():
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
    starttls = context if not options.implicit else None

    def connection():
        return SMTP(Mailbox(), tls_context=starttls, require_starttls=starttls is not None, authenticator=sign_in, auth_required=options.user is not None, auth_require_tls=not options.implicit, hostname="mail.test")

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0, ssl=context if options.implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Until whoever started it lets go.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
