#!/bin/sh
# Messages from programs of others: mllp_send of PyPI hl7 0.4.5, and node-hl7-client 3.2.0.
# `run.sh --install` puts them into target/peers; a peer that is not there is skipped, and that is said.
set -eu
cd "$(dirname "$0")/../.."
peers="$PWD/target/peers"
if [ "${1:-}" = --install ]; then
    mkdir -p "$peers"
    pip install --quiet --target "$peers/python" hl7==0.4.5
    printf '{"name":"peers","private":true}\n' >"$peers/package.json"
    npm install --silent --no-audit --no-fund --prefix "$peers" node-hl7-client@3.2.0
fi
cargo build --quiet -p rihla-exchange --example listen
heard="$(mktemp -d)"
trap 'rm -rf "$heard"' EXIT
mkfifo "$heard/in"
"${CARGO_TARGET_DIR:-target}/debug/examples/listen" <"$heard/in" >"$heard/out" &
server=$!
exec 9>"$heard/in"
until grep -q listening "$heard/out"; do kill -0 "$server" && sleep 0.1; done
port="$(sed -n 's/^listening on .*://p' "$heard/out")"
failed=0
expected=0

expect() { # name, what was answered, what should be in it
    case "$2" in
    *"$3"*) echo "passed: $1" ;;
    *) echo "FAILED: $1: $2" && failed=1 ;;
    esac
}

if [ -d "$peers/python/hl7" ] && command -v python3 >/dev/null; then
    for name in a01-admission a04-emergency-8859-15 a12-cancel-transfer-8859-6 oru-arabic; do
        answer="$(PYTHONPATH="$peers/python" python3 -c 'from hl7.client import mllp_send; mllp_send()' --loose --port "$port" --file "crates/exchange/tests/corpus/$name.hl7" 127.0.0.1 | tr '\r' '\n')"
        expect "mllp_send $name" "$answer" "MSA|CA|"
        expected=$((expected + 1))
    done
    answer="$(PYTHONPATH="$peers/python" python3 -c 'from hl7.client import mllp_send; mllp_send()' --loose --port "$port" --file crates/exchange/tests/corpus/refused-a99.hl7 127.0.0.1 | tr '\r' '\n')"
    expect "mllp_send refused-a99" "$answer" "MSA|CR|"
else
    echo "skipped: mllp_send is not in target/peers (tests/hl7v2/run.sh --install)"
fi

if [ -d "$peers/node_modules/node-hl7-client" ] && command -v node >/dev/null; then
    answer="$(PEERS="$peers" timeout 60 node tests/hl7v2/send.mjs "$port" 2>&1 || true)"
    expect "node-hl7-client, three messages on one line" "$answer" "N1 AA N2 AA N3 AA"
    expected=$((expected + 3))
else
    echo "skipped: node-hl7-client is not in target/peers (tests/hl7v2/run.sh --install)"
fi

exec 9>&-
wait "$server"
kept="$(grep -vc listening "$heard/out" || true)"
[ "$kept" = "$expected" ] || { echo "FAILED: $kept messages were kept, $expected were accepted" && failed=1; }
exit "$failed"
