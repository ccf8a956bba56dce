// Prints domain/testdata/iso-codes.tsv, the second source with which a test compares domain/iso3166.tsv, from iso_3166-2.json of
// Debian's package iso-codes (LGPL-2.1-or-later, https://salsa.debian.org/iso-codes-team/iso-codes):
//   make iso-codes
// A line is a code and its names between bars. Some names have another one in brackets, and codes and signs that refer to notes.
import { readFileSync } from "node:fs";

const [file, version] = process.argv.slice(2);
console.log(`# Codes and names of ISO 3166-2 as in Debian's package iso-codes ${version}, reduced to these two columns.`);
console.log("# Copyright 2001-2026 Alastair McKinstry, Christian Perrier, Tobias Quathamer. License: LGPL-2.1-or-later.");
console.log("# Only a test reads this file; no program contains it.");
const names = (text) =>
  text
    .normalize("NFC")
    .split(/[[\]]/)
    .map((name) => name.replace(/\b[A-Z]{2}-[A-Z0-9]{1,3}\b|†/g, "").trim())
    .filter((name, i, all) => name !== "" && name !== "city" && all.indexOf(name) === i);
const rows = JSON.parse(readFileSync(file, "utf8"))["3166-2"].map(({ code, name }) => `${code}\t${names(name).join("|")}`);
console.log(rows.sort((a, b) => (a < b ? -1 : 1)).join("\n"));
