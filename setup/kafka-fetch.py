"""Fetches single Maven artifacts through jgo.

Reads coordinates (group:artifact:version), one a line, and prints one line of JSON for each as it
arrives: {"coordinate", "path"} or {"coordinate", "error"}. Nothing is resolved transitively: the
list is complete. Repositories are the user's own: mirrors of Maven's settings.xml that stand for
central, then jgo's configuration, then Maven Central. The caller checks the hashes.
Usage: kafka-fetch.py CACHE_FOLDER < coordinates
"""

import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from xml.etree import ElementTree

from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext

THREADS = 8
TIMEOUT_S = 60


def maven_mirrors():
    """The addresses of mirrors of central in the user's Maven settings."""
    path = Path(os.path.expanduser("~")) / ".m2" / "settings.xml"
    if not path.exists():
        return []
    addresses = []
    for mirror in ElementTree.parse(path).getroot().iterfind("{*}mirrors/{*}mirror"):
        blocked = mirror.findtext("{*}blocked", "false").strip() == "true"
        of = [part.strip() for part in mirror.findtext("{*}mirrorOf", "").split(",")]
        wanted = {"central", "*", "external:*"} & set(of) and "!central" not in of
        address = mirror.findtext("{*}url", "").strip().rstrip("/")
        if wanted and address and not blocked:
            addresses.append(re.sub(r"\$\{env\.(\w+)\}", from_environment, address))
    return addresses


def from_environment(reference):
    return os.environ.get(reference.group(1), "")


def repositories():
    mirrors = maven_mirrors()
    if mirrors:
        return {f"mirror-{index}": address for index, address in enumerate(mirrors)}
    return {**GlobalSettings.load().repositories, "central": MAVEN_CENTRAL_URL}


def fetch(context, coordinate):
    group, artifact, version = coordinate.split(":")
    path = context.project(group, artifact).at_version(version).artifact().resolve()
    return {"coordinate": coordinate, "path": str(path)}


def main():
    context = MavenContext(
        repo_cache=Path(sys.argv[1]), remote_repos=repositories(), timeout=TIMEOUT_S
    )
    coordinates = sys.stdin.read().split()
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = {pool.submit(fetch, context, each): each for each in coordinates}
        for job in as_completed(jobs):
            try:
                answer = job.result()
            except Exception as error:  # whatever happened, the caller names the jar it missed
                answer = {"coordinate": jobs[job], "error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)


main()
