// Files people send as their certificate, and files nobody should get away with.

import { fileURLToPath } from "node:url";

const here = (name: string) => fileURLToPath(new URL(`./files/${name}`, import.meta.url));

/** A certificate of one page. */
export const CERTIFICATE = here("certificate.pdf");

/** The same, protected with a password (made with `qpdf --encrypt secret owner 256`). */
export const ENCRYPTED = here("encrypted.pdf");

const pdf = (name: string, buffer: Buffer) => ({ name, mimeType: "application/pdf", buffer });

/** A web page that calls itself a PDF. */
export const DISGUISED = pdf("certificate.pdf", Buffer.from("<!DOCTYPE html><script>alert(1)</script>"));

export const EMPTY = pdf("certificate.pdf", Buffer.alloc(0));

/** 10 MB and one byte. */
export const TOO_LARGE = pdf("certificate.pdf", Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(10 * 1024 * 1024 + 1 - 9, 0x20)]));
