// What was found, as a file for programs and a table for people.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export class Report {
  entries = {};

  /** Something that has a budget: at most so much, or with `least` at least so much. */
  add(name, value, unit, { most, least, note } = {}) {
    const budget = most ?? least ?? null;
    const rounded = value === null ? null : Number(value.toPrecision(3));
    const kept = budget === null || (value !== null && (most === undefined ? value >= least : value <= most));
    this.entries[name] = { value: rounded, unit, budget, ok: kept };
    if (budget !== null) this.entries[name].limit = most === undefined ? "at least" : "at most";
    if (note !== undefined && note !== "") this.entries[name].note = note;
  }

  /** Runs a part; what it names and cannot measure is reported as missed, with the reason. `after` is done in any case. */
  async part(title, names, run, after) {
    const began = performance.now();
    process.stderr.write(`==> ${title}\n`);
    try {
      await run();
    } catch (error) {
      const note = `not measured: ${String(error.message ?? error).split("\n")[0]}`;
      process.stderr.write(`    ${error.stack ?? error}\n`);
      for (const [name, unit, budget] of names) {
        if (!(name in this.entries)) this.add(name, null, unit, { ...budget, note });
      }
    }
    await after();
    process.stderr.write(`    ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  }

  write(file) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(this.entries, null, 2)}\n`);
  }

  table() {
    const text = (value) => (value === null ? "-" : String(value));
    const rows = Object.entries(this.entries).map(([name, entry]) => [
      entry.budget === null ? " " : entry.ok ? "✓" : "✗",
      name,
      `${text(entry.value)} ${entry.unit}`,
      entry.budget === null ? "" : `${entry.limit} ${entry.budget}`,
      entry.ok ? "" : "MISSED",
    ]);
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()).join("\n");
  }
}
