// Recertification: how fast a record is replayed, and how fast everybody's is replayed and stored.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startPostgres } from "./postgres.mjs";
import { settings } from "./server.mjs";

/** Records of 5, 25 and 250 facts, on one core, by the engine alone: the example `recert_speed` of src/domain. */
export function replays(report, program, pinned) {
  const command = pinned ? ["taskset", "-c", "0", program] : [program];
  const lines = execFileSync(command[0], command.slice(1), { encoding: "utf8" }).trim().split("\n").slice(1);
  for (const line of lines) {
    const [facts, replayed, explained] = line.trim().split(/\s+/).map(Number);
    report.add(`replays_per_second_${facts}_facts`, replayed, "1/s", {
      ...(facts === 25 ? { least: 100_000 } : {}),
      note: `one core's time, whoever else is busy; with every reason told: ${explained.toFixed(0)}`,
    });
  }
}

/** Everybody's record of a large world, on both engines, by `ce-portal settle`: read, replayed, holdings and ledger written. */
export async function settling(report, portal, folder, people) {
  const one = (engine, url) => {
    const data = join(folder, `settling-${engine}`);
    mkdirSync(data, { recursive: true });
    const env = settings({ DATABASE_URL: url ?? `sqlite://${data}/ce.db`, CE_DATA_DIR: data, CE_LOG: "error" });
    const tool = (...words) => execFileSync(portal, words, { env, encoding: "utf8", maxBuffer: 64e6 });
    tool("seed", "--scale", `items=2000,people=${people},claims=${people * 4},settle=no`);
    const began = performance.now();
    const said = tool("settle");
    const seconds = (performance.now() - began) / 1000;
    const settled = Number(/^([\d,]+) profile/m.exec(said)?.[1].replaceAll(",", ""));
    if (settled !== people) throw new Error(`of ${people} people: ${said.trim()}`);
    // That what was measured was done is proved where it does not take long.
    const proved = people <= 10_000 ? tool("verify") : "";
    if (proved !== "" && !proved.includes("What is stored is what the rules say.")) throw new Error(proved.slice(-300));
    report.add(`settled_profiles_per_second_${engine}`, people / seconds, "1/s", {
      note: [
        `${people} profiles with 4 claims each in ${seconds.toFixed(1)} s, 200 a transaction, commits durable`,
        proved === "" ? "" : "and verified",
      ].filter(Boolean).join("; "),
    });
  };
  one("sqlite");
  const postgres = await startPostgres();
  try { one("postgres", postgres.url); } finally { await postgres.stop(); }
}
