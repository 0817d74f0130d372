"""A real SMTP server in this process, which answers as the test says."""

import asyncio
import email
import socket
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller


@dataclass
class Taken:
    to: list[str]
    content: bytes

    @property
    def message_id(self) -> str:
        return str(email.message_from_bytes(self.content)["Message-ID"])


@dataclass
class SmtpServer:
    """`answers` to the recipient are used up one per mail, then every mail is taken; "hang" answers nothing for a while."""

    answers: list[str] = field(default_factory=list)
    answers_to_sender: list[str] = field(default_factory=list)
    answers_to_content: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    hangs_up_after: int | None = None
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.pop(0) if self.answers else ""
        if answer == "hang":
            await asyncio.sleep(3)
            return "451 at last"
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.answers_to_sender:
            return self.answers_to_sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answers_to_content:
            return self.answers_to_content.pop(0)
        self.taken.append(Taken(to=list(envelope.rcpt_tos), content=envelope.original_content))
        if self.hangs_up_after == len(self.taken):
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        return "250 OK"

    def __enter__(self) -> "SmtpServer":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.open_again()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def open_again(self) -> None:
        """Listen, at the same port as before."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Be away, as a mail server sometimes is."""
        self._controller.stop()
