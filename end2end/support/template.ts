// The demonstration is made once; every test then starts its own server on a copy. So no test sees what another did.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server } from "./server.ts";

/** Where the copied folder is, for the workers. */
export const TEMPLATE = "E2E_TEMPLATE";

export default async function makeTemplate(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "ce-portal-e2e-template-"));
  process.env[TEMPLATE] = folder;
  const server = await Server.start(folder);
  await server.stop();
  return () => rm(folder, { recursive: true, force: true });
}
