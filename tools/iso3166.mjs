// Prints domain/iso3166.tsv from the npm package iso-3166 (MIT, https://github.com/wooorm/iso-3166):
//   make iso3166
import { pathToFileURL } from "node:url";

const { iso31661, iso31662 } = await import(pathToFileURL(`${process.argv[2]}/index.js`).href);
const rows = [...iso31661.map((c) => [c.alpha2, c.name]), ...iso31662.map((s) => [s.code, s.name])];
rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
for (const [code, name] of rows) console.log(`${code}\t${name.normalize("NFC")}`);
