"""An SMTP server that writes down every mail it takes, and when: what the judges count from."""

import asyncio
import re
import threading
import time
from dataclasses import dataclass


@dataclass
class Mail:
    """A mail that was taken: once its final dot was read, whatever became of the answer."""

    recipient: str
    sender: str
    # When MAIL FROM came, and the final dot: seconds of time.monotonic().
    begun: float
    taken: float
    connection: int
    octets: bytes

    @property
    def message_id(self):
        return re.search(rb"^Message-ID:\s*(\S+)", self.octets, re.M | re.I)[1].decode()


class Recorder:
    """Runs in a thread of its own. `delay` is how many seconds each mail takes."""

    def __init__(self, delay=0.0, keep_octets=True):
        self.delay = delay
        self.keep_octets = keep_octets
        self.mails = []
        self.connections = 0
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), daemon=True).start()
        started.wait()

    def _run(self, started):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 24))
        self.port = server.sockets[0].getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        started.set()
        self.loop.run_forever()

    async def _serve(self, reader, writer):
        self.connections += 1
        number = self.connections
        try:
            await self._talk(reader, writer, number)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader, writer, number):
        sender = recipient = None
        begun = 0.0
        writer.write(b"220 recorder ESMTP\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-recorder\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif verb == b"MAIL":
                begun, sender = time.monotonic(), line[line.index(b"<") + 1:line.index(b">")].decode()
                writer.write(b"250 ok\r\n")
            elif verb == b"RCPT":
                recipient = line[line.index(b"<") + 1:line.index(b">")].decode()
                writer.write(b"250 ok\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                text = await reader.readuntil(b"\r\n.\r\n")
                octets = text[:-3].replace(b"\r\n..", b"\r\n.")
                if not self.keep_octets:
                    octets = octets[:octets.index(b"\r\n\r\n") + 4]
                self.mails.append(Mail(recipient, sender, begun, time.monotonic(), number, octets))
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                await writer.drain()
                return
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()
