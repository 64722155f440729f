// A PostgreSQL server in a temporary folder, as in the tests, but one that does not forget: its commits are durable.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

// Stops the server and clears its folder as soon as its input ends, however the measuring ends. $1 is where the programs are.
const KEEPER = `
trap '' INT TERM HUP
cd / && dir=$(mktemp -d /tmp/ce-portal-postgres.XXXXXX) || exit 1
end() { if [ -n "$server" ]; then kill -QUIT "$server" 2>/dev/null; wait "$server" 2>/dev/null; fi; rm -rf "$dir"; exit; }
if ! "$1/initdb" -D "$dir/data" -U ce -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1; then
    echo "initdb: $(tail -n 3 "$dir/log" | tr '\\n' ' ')"; end
fi
chmod 755 "$dir"
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c shared_buffers=256MB -c max_wal_size=4GB >>"$dir/log" 2>&1 &
server=$!
tries=0
until "$1/pg_isready" -q -h "$dir" -U ce -d postgres; do
    tries=$((tries + 1))
    if [ $tries -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "postgres: $(tail -n 3 "$dir/log" | tr '\\n' ' ')"; end
    fi
    sleep 0.1
done
echo "ready $dir"
read -r _
end
`;

function programs() {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).map(Number).sort((a, b) => b - a) : [];
  return [...versions.map((version) => join(root, String(version), "bin")), "/usr/local/bin", "/usr/bin"]
    .find((folder) => existsSync(join(folder, "initdb")));
}

/** Starts a server with one empty database; gives its address and what stops it and clears it away. */
export async function startPostgres() {
  const folder = programs();
  if (folder === undefined) throw new Error("no PostgreSQL on this machine: make test installs it");
  const shell = ["-c", KEEPER, "keeper", folder];
  const root = process.getuid?.() === 0;
  const keeper = spawn(root ? "runuser" : "sh", root ? ["-u", "postgres", "--", "sh", ...shell] : shell, {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const [line] = await once(keeper.stdout, "data");
  const said = line.toString().trim();
  if (!said.startsWith("ready ")) throw new Error(`PostgreSQL does not start: ${said}`);
  const url = (database) => `postgres://ce@localhost/${database}?host=${said.slice(6)}`;
  execFileSync(join(folder, "psql"), [url("postgres"), "-qc", "CREATE DATABASE ce_bench"]);
  return {
    url: url("ce_bench"),
    stop: async () => {
      const ended = once(keeper, "exit");
      keeper.stdin.end();
      await ended;
    },
  };
}
