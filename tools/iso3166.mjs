// Prints domain/iso3166.tsv from the npm package iso-3166 (MIT, https://github.com/wooorm/iso-3166), corrected by
// tools/iso3166-corrections.tsv:
//   make iso3166
// A line is a code and its name, for a subdivision also the subdivision that it is part of, and its other names between bars. Empty
// columns at the end are left out. A correction that the package has made unnecessary is an error, so that it is removed.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [source, corrections] = process.argv.slice(2);
const { iso31661, iso31662 } = await import(pathToFileURL(`${source}/index.js`).href);
const rows = new Map(iso31661.map((c) => [c.alpha2, { name: c.name, parent: "", others: [] }]));
for (const { code, name, parent } of iso31662) rows.set(code, { name, parent: parent.includes("-") ? parent : "", others: [] });

const apply = {
  add(code, name) {
    if (rows.has(code)) throw new Error("the package has this code now");
    rows.set(code, { name, parent: "", others: [] });
  },
  remove(code) {
    rows.delete(code);
  },
  name(code, name) {
    if (rows.get(code).name.normalize("NFC") === name) throw new Error("the package has this name now");
    rows.get(code).name = name;
  },
  parent(code, parent) {
    if (rows.get(code).parent === parent) throw new Error("the package has this parent now");
    if (!rows.has(parent)) throw new Error("there is no such parent");
    rows.get(code).parent = parent;
  },
  also(code, names) {
    rows.get(code).others.push(...names.split("|"));
  },
};
for (const line of readFileSync(corrections, "utf8").split("\n")) {
  if (line === "" || line.startsWith("#")) continue;
  const [action, code, value] = line.split("\t");
  try {
    if (action !== "add" && !rows.has(code)) throw new Error("the package does not have this code");
    apply[action](code, value);
  } catch (cause) {
    throw new Error(`${corrections}: ${action} ${code}: ${cause.message}`, { cause });
  }
}

for (const code of [...rows.keys()].sort()) {
  const { name, parent, others } = rows.get(code);
  console.log([code, name, parent, others.join("|")].join("\t").trimEnd().normalize("NFC"));
}
