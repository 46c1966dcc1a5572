#!/usr/bin/env bash
# uvicorn --workers 2 answers each request of a kept connection 40 ms later than one process does.
#
# Versions: uvicorn 0.54.0, h11 0.16.0 (PyPI), Python 3.11 or newer, Linux.
# Guess before: two processes answer as fast as one, or faster; no option of sockets differs.
# Seen: asyncio switches Nagle's algorithm off (TCP_NODELAY) on connections of a socket that it opens itself, for it knows that
#   socket's protocol to be TCP. With several workers uvicorn opens the socket, for all to share, without naming the protocol, and
#   asyncio leaves it alone: the second part of an answer then waits until the client confirms the first, which clients put off by
#   40 ms. Setting TCP_NODELAY on the shared socket, which connections inherit, takes it away.
# Needs a package index; times are compared with each other, in one run.
set -euo pipefail
place=$(mktemp -d); trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install --quiet uvicorn==0.54.0 h11==0.16.0
cat > "$place/answers.py" <<'P'
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"8")]})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})
    await send({"type": "http.response.body", "body": b"half"})
P
cat > "$place/ask.py" <<'P'
import http.client
import statistics
import sys
import time

for _ in range(200):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=5)
        connection.connect()
        break
    except OSError:
        time.sleep(0.1)
times = []
for _ in range(40):
    began = time.perf_counter()
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"halfhalf"
    times.append(1000 * (time.perf_counter() - began))
print(round(statistics.median(times), 1))
P
median() {  # of 40 answers in ms, by so many workers
    (cd "$place" && exec env/bin/python -m uvicorn answers:app --port "$2" --workers "$1" --loop asyncio --http h11 --log-level error) &
    "$place/env/bin/python" "$place/ask.py" "$2"
    kill $!
}
one=$(median 1 18431); two=$(median 2 18432)
echo "one process: $one ms, two: $two ms"
python3 -c "import sys; one, two = map(float, sys.argv[1:]); sys.exit(not (one < 20 and two > 35))" "$one" "$two"
