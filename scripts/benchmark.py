"""What the benchmarks share: our program with a database of its own, Postfix's smtp-sink, invented people."""

import atexit
import base64
import hashlib
import hmac
import json
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()


def fail(message):
    """Stops with one line that says what went wrong."""
    sys.exit(f"{Path(sys.argv[0]).name}: {message}")


def with_services(*more, durable=True):
    """Starts the program again under test-services, unless it runs there already."""
    if "BREVDUVA_TEST_POSTGRES_URL" not in os.environ:
        services = str(ROOT / "scripts/test-services")
        options = ["--without-browser", *(["--durable"] if durable else []), *more]
        os.execv(services, [services, *options, sys.executable, *sys.argv])


def build():
    """Builds the program as it is installed, and returns its path."""
    subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    return TARGET / "release/brevduva"


def build_delaying_proxy():
    """Builds benches/delaying_proxy.rs, which needs no library, and returns its path."""
    built = TARGET / "delaying_proxy"
    TARGET.mkdir(exist_ok=True)
    source = ROOT / "benches/delaying_proxy.rs"
    subprocess.run(["rustc", "--edition", "2024", "-O", "-D", "warnings", "-o", built, source], cwd=ROOT, check=True)
    return built


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(condition, seconds, what):
    """Waits until `condition()` is true and returns its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.005)
    fail(f"gave up after {seconds} s: {what}")


class Sink:
    """Postfix's smtp-sink. It counts messages itself, and the kernel counts the bytes that it reads, so that
    neither is slowed down by being measured."""

    def __init__(self, directory, dump=False):
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.dumps = Path(tempfile.mkdtemp(dir=directory))
        self.dumps.chmod(0o777)
        self.log = self.dumps.with_suffix(".log")
        command = ["smtp-sink", "-c", "-m", "1000"]
        if os.geteuid() == 0:
            command += ["-u", "nobody"]
        if dump:
            command += ["-d", f"{self.dumps}/mail."]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([*command, self.address, "1000"], stdout=log, stderr=log)
        atexit.register(self.stop)
        wait_until(self._listens, 10, "smtp-sink does not listen")
        # That question was a session too.
        self.bytes_before = self._bytes_read()

    def _listens(self):
        if self.process.poll() is not None:
            fail(f"smtp-sink stopped: {self.log.read_text()}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(100).startswith(b"220")
        except OSError:
            return False

    def messages(self):
        """Messages received until now."""
        with open(self.log, "rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 200))
            counts = re.findall(rb"mesg=(\d+)(?=[^\d])", log.read() + b"\n")
        return int(counts[-1]) if counts else 0

    def bytes(self):
        """Bytes received until now: messages and SMTP commands."""
        return self._bytes_read() - self.bytes_before

    def _bytes_read(self):
        return int(re.search(r"rchar: (\d+)", Path(f"/proc/{self.process.pid}/io").read_text())[1])

    def mails(self):
        """The mails of a sink that was started with `dump`, each as bytes."""
        return [file.read_bytes() for file in sorted(self.dumps.iterdir())]

    def forget(self):
        for file in self.dumps.iterdir():
            file.unlink()

    def watch(self, expected, seconds):
        """Waits until this sink has `expected` messages in all. Returns the messages per second from the first
        that was seen to the last."""
        wait_until(lambda: self.messages() > 0, seconds, "no message came")
        # Whatever is there when we look first came before the clock was started.
        started, seen = time.monotonic(), self.messages()
        while (now := self.messages()) < expected:
            if time.monotonic() > started + seconds:
                fail(f"{now} of {expected} messages came within {seconds} s")
            time.sleep(0.002)
        if seen >= expected:
            fail("all messages were there at the first look: use more --messages")
        return (expected - seen) / (time.monotonic() - started)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class DelayingProxy:
    """Stands before a sink, and holds everything back for half a round trip in each direction."""

    def __init__(self, program, sink, milliseconds):
        self.address = f"127.0.0.1:{free_port()}"
        command = [program, self.address, sink.address, str(milliseconds)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        atexit.register(self.stop)
        if self.process.stdout.readline().strip() != "listening":
            fail("the delaying proxy does not listen")

    def stop(self):
        self.process.kill()
        self.process.wait()


class Installation:
    """Our program, with a directory, settings and a database of its own."""

    def __init__(self, binary, engine, directory, connections=20):
        self.binary = binary
        self.engine = engine
        self.directory = Path(directory)
        self.port = free_port()
        self.server = None
        self.log = self.directory / "serve.log"
        database = {
            "sqlite": f"sqlite://{self.directory}/brevduva.sqlite",
            "postgres": os.environ.get("BREVDUVA_TEST_POSTGRES_URL"),
        }[engine]
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("BREVDUVA_")}
        self.environment |= {
            "BREVDUVA_DATABASE_URL": database,
            "BREVDUVA_BIND": f"127.0.0.1:{self.port}",
            "BREVDUVA_BASE_URL": f"http://127.0.0.1:{self.port}",
            "BREVDUVA_SECRET_KEYS": "k0:" + "5a" * 32,
            "BREVDUVA_RETURN_PATH": "bounce.example.se",
            "BREVDUVA_SMTP_CONNECTIONS": str(connections),
            "BREVDUVA_LOG": "warn,brevduva::db=info",
        }
        self.run("migrate")

    def start(self, *arguments, **options):
        """Starts a command and does not wait for it."""
        return subprocess.Popen(
            [self.binary, *arguments], cwd=self.directory, env=self.environment, text=True, **options
        )

    def run(self, *arguments, text=None):
        """Runs a command to its end and returns what it printed."""
        process = self.start(
            *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, error = process.communicate(text)
        if process.returncode != 0:
            fail(f"brevduva {' '.join(arguments)} ended with {process.returncode}: {error.strip()}")
        return out

    def json(self, *arguments, text=None):
        return json.loads(self.run(*arguments, "--json", text=text))

    def serve(self, sink):
        """Starts the server, or starts it anew, with `sink` as its relay."""
        self.environment["BREVDUVA_SMTP_URL"] = f"smtp://{sink.address}"
        self.serve_with_present_relay()

    def serve_with_present_relay(self, *arguments):
        """Starts the server, or starts it anew, with the relay that the environment names."""
        self.stop()
        with open(self.log, "ab") as log:
            self.server = self.start("serve", *arguments, stdout=log, stderr=log)
        wait_until(self._answers, 30, f"the server does not answer; {self.log} says why")

    def _answers(self):
        if self.server.poll() is not None:
            fail(f"the server stopped: {self.log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(60)
            self.server = None

    def create_campaign(self, name, programmes, paragraphs, filling=0):
        """Creates a campaign to those who studied one of `programmes`, and returns its id. `filling` more octets make
        it as large as it is to be."""
        campaign = {
            "name": name,
            "unit": "alumn",
            "topic": "newsletter",
            "purpose": "newsletter",
            "legal_basis": "public_interest",
            "from": {"name": "Alumn", "address": "alumn@example.se"},
            "segment": {"degree": {"programme": {"in": programmes}}},
            "tracking": "aggregate",
            "layout": "newsletter",
            "content": {
                "sv": {"subject": "Nytt för dig, {{fallback given_name \"vän\"}}", "markdown": markdown(paragraphs) + fill(filling)}
            },
            "default_language": "sv",
        }
        file = self.directory / f"{name}.json"
        file.write_text(json.dumps(campaign, ensure_ascii=False), encoding="utf-8")
        return str(self.json("campaign", "create", str(file))["id"])

    def launch(self, campaign):
        self.run("campaign", "launch", campaign)

    def wait_until_finished(self, campaign, seconds):
        """Returns the campaign's status once nothing of it is under way."""
        end = time.monotonic() + seconds
        while (status := self.json("campaign", "status", campaign))["state"] != "finished":
            if time.monotonic() > end:
                fail(f"campaign {campaign} is not finished after {seconds} s: {status}")
            time.sleep(0.5)
        return status


def fill(octets):
    """A last paragraph of about so many octets. It stands in the HTML and in the text, so half of them are enough."""
    words = "alumn " * (octets // 12)
    return f"\n{words.strip()}\n" if words else ""


def markdown(paragraphs):
    """A newsletter of so many paragraphs, with merge fields and links as people write them."""
    one = (
        "På campus har mycket hänt sedan du tog din examen {{fallback graduation_year \"hos oss\"}}. Forskare från "
        "hela Norden möttes i maj, och [programmet för hösten](https://www.example.se/host/{number}) är klart. "
        "Kom gärna tillbaka: som alumn är du alltid välkommen till öppna föreläsningar.\n"
    )
    text = ["# Hej {{fallback given_name \"vän\"}}!\n", "Du läste {{fallback programme \"hos oss\"}}.\n"]
    for number in range(max(1, round(paragraphs))):
        # Few different links, as in a newsletter; many would all be signed.
        text.append(one.replace("{number}", str(number % 8)))
    return "\n".join(text)


GIVEN = ["Åsa", "Sunniva", "Aïcha", "Ole", "Märta", "Søren", "Liv", "Erik", "Ingrid", "Björn", "Nils", "Zoë"]
FAMILY = ["Persson", "Strømme", "af Ugglas", "Nguyen", "Öberg", "Lindqvist", "Hansen", "Kowalski", "Berg", "Ek"]
PLACES = [("39231", "Kalmar"), ("43137", "Mölndal"), ("75236", "Uppsala"), ("22100", "Lund"), ("11122", "Stockholm")]
HEADER = (
    "Personnummer;Efternamn;Förnamn;E-postadress;Telefon;Gatuadress;Postnr;Ort;Land;Programkod;Programnamn;"
    "Fakultet;Startår;Examensår;Examen;Poäng;Sekretess;Avliden"
)


def identity_number(number):
    """A personnummer with a right check digit; each number up to 10 million has its own."""
    day, serial = divmod(number, 1000)
    year, rest = divmod(day, 336)
    digits = f"{(30 + year) % 100:02}{rest // 28 + 1:02}{rest % 28 + 1:02}{serial:03}"
    total = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(digits))
    return f"19{digits}{-total % 10}"


def write_register(file, programme, numbers):
    """Writes a register file, as Ladok gives it, with one invented person of `programme` per number."""
    with open(file, "w", encoding="cp1252", errors="replace", newline="\r\n") as out:
        print(HEADER, file=out)
        for number in numbers:
            chance = random.Random(number)
            postcode, place = chance.choice(PLACES)
            year = chance.randint(1960, 2024)
            print(
                identity_number(number), chance.choice(FAMILY), chance.choice(GIVEN), f"person{number}@example.org",
                "", f"Storgatan {number % 90 + 1}", postcode, place, "Sverige", programme, "Juristprogrammet",
                "Juridiska fakulteten", year - 5, year, "Juristexamen", "270,0", "", "", sep=";", file=out,
            )


def token(key, purpose, *numbers):
    """A signed token of the key k0, made without our program, so that its form is checked too."""
    body = bytes([1 << 4 | purpose, 0]) + struct.pack(f">{len(numbers)}q", *numbers)
    mac = hmac.new(key, body, hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(body + mac).decode().rstrip("=")


def temporary_directory():
    """A directory that is gone at the end, unless BREVDUVA_BENCH_KEEP is set."""
    directory = Path(tempfile.mkdtemp(prefix="brevduva-bench."))
    directory.chmod(0o755)
    return directory


def remove(directory):
    if os.environ.get("BREVDUVA_BENCH_KEEP"):
        print(f"kept: {directory}")
    else:
        shutil.rmtree(directory, ignore_errors=True)
