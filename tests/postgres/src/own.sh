# Runs one PostgreSQL as an unprivileged user: starts it again for each line that is read, and ends it with the last one.
# The one who writes the lines may be killed: then they end, and so does this.
folder=$1 bin=$2 megabytes=$3 log=$4 port=$5 hba=$6
shift 6
if [ "$(id -u)" = 0 ]; then as() { runuser -u postgres -- "$@"; }; else as() { "$@"; }; fi
mkdir "$folder" "$folder/data"
if [ "$megabytes" != 0 ] && ! mount -t tmpfs -o "size=${megabytes}m" tmpfs "$folder/data" 2>/dev/null; then
  echo 'no disk'
  rm -rf "$folder"
  exit 1
fi
if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder"; fi
tidy() {
  if [ "$megabytes" != 0 ]; then umount "$folder/data"; fi
  rm -rf "$folder"
}
make() { as "$bin/initdb" -D "$folder/data" -A trust -U rihla -E UTF8 --locale=C --no-sync "$@" >/dev/null || { tidy; exit 1; }; }
if [ "$log" = beside ]; then make -X "$folder/wal"; else make; fi
if [ -n "$hba" ]; then printf '%s\n' "$hba" >"$folder/hba"; else cp "$folder/data/pg_hba.conf" "$folder/hba"; fi
if [ "$(id -u)" = 0 ]; then chown postgres "$folder/hba"; fi
run() {
  as "$bin/postgres" -D "$folder/data" -k "$folder" -c "port=$port" -c "hba_file=$folder/hba" -c shared_buffers=64MB "$@" >>"$folder/log" 2>&1 &
}
start() {
  rm -f "$folder/data/postmaster.pid"
  run "$@"
  tries=0
  until as "$bin/pg_isready" -q -h "$folder" -p "$port" -d postgres -U rihla; do
    # Who was killed a moment ago may still hold the memory that the server shares.
    if ! kill -0 $! 2>/dev/null; then
      tries=$((tries + 1))
      if [ "$tries" -gt 100 ]; then cat "$folder/log" >&2; tidy; exit 1; fi
      run "$@"
    fi
    sleep 0.05
  done
  echo ready
}
start "$@"
while read -r _; do start "$@"; done
kill -INT "$(head -n 1 "$folder/data/postmaster.pid")"
wait
tidy
