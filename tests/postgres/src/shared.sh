# Keeps the PostgreSQL that all tests of a machine share, as long as anybody has the door open.
folder=$1 bin=$2
exec 9>"$folder/keeper"
flock -n 9 || exit 0
# Opened, not shut: whoever uses the server holds it open.
exec 8>"$folder/door"
if [ "$(id -u)" = 0 ]; then as() { runuser -u postgres -- "$@" 8>&- 9>&-; }; else as() { "$@" 8>&- 9>&-; }; fi
run=$folder/run
# One whose keeper was killed.
if [ -e "$run/data/postmaster.pid" ]; then kill -9 "$(head -n 1 "$run/data/postmaster.pid")" 2>/dev/null; fi
rm -rf "$run" "$folder/ready"
mkdir "$run" && if [ "$(id -u)" = 0 ]; then chown postgres "$run"; fi
as "$bin/initdb" -D "$run/data" -A trust -U rihla -E UTF8 --locale=C --no-sync >/dev/null || exit 1
as "$bin/postgres" -D "$run/data" -k "$run" -c listen_addresses= -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
  -c max_connections=500 -c shared_buffers=128MB >"$run/log" 2>&1 &
server=$!
until as "$bin/pg_isready" -q -h "$run" -d postgres -U rihla; do
  kill -0 $server || { cat "$run/log" >&2; exit 1; }
  sleep 0.05
done
: >"$folder/ready"
echo ready
# The one who waits for this line has the door shut until it has come.
sleep 3
exec >/dev/null 2>&1
# Whoever comes while it ends waits at the door, and begins another one.
until flock -n -x 8 || [ ! -e "$folder/ready" ]; do sleep 3; done
rm -f "$folder/ready"
kill -INT "$(head -n 1 "$run/data/postmaster.pid")"
wait
rm -rf "$run"
