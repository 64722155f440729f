// A PostgreSQL server: the one DATABASE_URL_POSTGRES names, or the system's own in a temporary folder.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

// Stops the server and clears its folder as soon as its input ends, however the tests end. $1 is where the programs are.
const KEEPER = `
trap '' INT TERM HUP
cd / && dir=$(mktemp -d /tmp/ce-portal-postgres.XXXXXX) || exit 1
end() { if [ -n "$server" ]; then kill -QUIT "$server" 2>/dev/null; wait "$server" 2>/dev/null; fi; rm -rf "$dir"; exit; }
if ! "$1/initdb" -D "$dir/data" -U ce -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1; then
    echo "initdb: $(tail -n 3 "$dir/log" | tr '\\n' ' ')"; end
fi
chmod 755 "$dir"
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c synchronous_commit=off \\
    -c full_page_writes=off -c shared_buffers=64MB >>"$dir/log" 2>&1 &
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

function programs(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).map(Number).sort((a, b) => b - a) : [];
  return [...versions.map((version) => join(root, String(version), "bin")), "/usr/local/bin", "/usr/bin"]
    .find((folder) => existsSync(join(folder, "initdb")));
}

export class Postgres {
  private made = 0;

  private constructor(
    private readonly psql: string,
    /** An address with `{database}` where the name of the database belongs. */
    private readonly address: string,
    private readonly keeper?: ChildProcess,
  ) {}

  static async start(): Promise<Postgres> {
    const folder = programs();
    if (folder === undefined) throw new Error("no PostgreSQL on this machine: `make test` installs it");
    const psql = existsSync(join(folder, "psql")) ? join(folder, "psql") : "psql";
    const given = process.env.DATABASE_URL_POSTGRES;
    if (given !== undefined && given !== "") {
      return new Postgres(psql, given.replace(/\/[^/?]*(\?|$)/, "/{database}$1"));
    }
    const shell = ["-c", KEEPER, "keeper", folder];
    const root = process.getuid?.() === 0;
    const command = root ? "runuser" : "sh";
    const args = root ? ["-u", "postgres", "--", "sh", ...shell] : shell;
    const keeper = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
    const [line] = (await once(keeper.stdout, "data")) as [Buffer];
    const said = line.toString().trim();
    if (!said.startsWith("ready ")) throw new Error(`PostgreSQL does not start: ${said}`);
    return new Postgres(psql, `postgres://ce@localhost/{database}?host=${said.slice(6)}`, keeper);
  }

  /** Makes an empty database and gives its address. */
  create(): string {
    this.made += 1;
    const database = `ce_e2e_${process.pid}_${this.made}`;
    execFileSync(this.psql, [this.url("postgres"), "-qc", `CREATE DATABASE ${database}`]);
    return this.url(database);
  }

  remove(url: string): void {
    const database = /\/(ce_e2e_\w+)/.exec(url)?.[1];
    if (database === undefined) return;
    execFileSync(this.psql, [this.url("postgres"), "-qc", `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`]);
  }

  private url(database: string): string {
    return this.address.replace("{database}", database);
  }

  async stop(): Promise<void> {
    if (this.keeper === undefined) return;
    const ended = once(this.keeper, "exit");
    this.keeper.stdin?.end();
    await ended;
  }
}
