// Mail as the program writes it without a mail server: a file each, in the data folder.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** The text of the newest mail to an address, waited for. */
export async function newestMail(dataDir: string, to: string, subject: RegExp): Promise<string> {
  const folder = join(dataDir, "mail");
  for (let tries = 0; tries < 50; tries += 1) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".eml")).sort().reverse();
    for (const name of names) {
      const mail = await readFile(join(folder, name), "utf8");
      if (mail.includes(`To: ${to}`) && subject.test(/^Subject: (.*)$/m.exec(mail)?.[1] ?? "")) return readable(mail);
    }
    await pause(100);
  }
  throw new Error(`no mail to ${to} with the subject ${subject}`);
}

function readable(mail: string): string {
  if (!/^Content-Transfer-Encoding: quoted-printable/im.test(mail)) return mail;
  return mail.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** The one link in a mail. */
export function linkIn(mail: string): string {
  const link = /https?:\/\/\S+/.exec(mail)?.[0];
  if (link === undefined) throw new Error(`no link in the mail:\n${mail}`);
  return link;
}
