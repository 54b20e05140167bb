"""A real nginx on loopback that runs the site of deploy/nginx.conf, its addresses filled in."""

import datetime
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SITE = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
NAME = "localhost"
PATIENCE_S = 20.0
_WHOLE = """\
{user}
daemon off;
worker_processes 1;
pid {place}/pid;
error_log {place}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/site.conf;
}}
"""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def site(place: Path, upstream: str, http: int, https: int) -> str:
    """deploy/nginx.conf with a name, ports, a certificate and a server of the test. Fails when it
    has not what is to be filled in."""
    text = SITE.read_text(encoding="utf-8")
    for written, filled in (
        ("server 127.0.0.1:8501;", f"server {urlsplit(upstream).netloc};"),
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{https} ssl"),
        ("https://dash.example.org$request_uri", f"https://{NAME}:{https}$request_uri"),
        ("server_name dash.example.org;", f"server_name {NAME};"),
        ("/etc/letsencrypt/live/dash.example.org/fullchain.pem", f"{place}/certificate.pem"),
        ("/etc/letsencrypt/live/dash.example.org/privkey.pem", f"{place}/key.pem"),
    ):
        assert written in text, written
        text = text.replace(written, filled)
    assert "dash.example.org" not in text
    return text


@contextmanager
def proxied(place: Path, upstream: str, http: int, https: int) -> Iterator[str]:
    """The https address of nginx in front of ``upstream``; its files lie in ``place``."""
    assert NGINX is not None
    _certificate(place)
    (place / "site.conf").write_text(site(place, upstream, http, https))
    user = "user root;" if os.geteuid() == 0 else ""
    whole = place / "nginx.conf"
    whole.write_text(_WHOLE.format(place=place, user=user))
    command = [NGINX, "-p", str(place), "-e", str(place / "error.log"), "-c", str(whole)]
    subprocess.run([*command, "-t", "-q"], check=True)
    process = subprocess.Popen(command)
    try:
        _wait(https, process)
        yield f"https://{NAME}:{https}"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        assert process.poll() is None, "nginx ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")


def trusting(place: Path) -> ssl.SSLContext:
    """Who believes the certificate in ``place`` and no other."""
    return ssl.create_default_context(cafile=str(place / "certificate.pem"))


def _certificate(place: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (place / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (place / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
