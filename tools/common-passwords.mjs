// Prints domain/common_passwords.txt from the npm package @zxcvbn-ts/language-common (MIT,
// https://github.com/zxcvbn-ts/zxcvbn): see `make common-passwords`. Lower case, sorted by bytes, five characters or more.
import { readFileSync } from "node:fs";

const listed = JSON.parse(readFileSync(`${process.argv[2]}/src/passwords.json`, "utf8"));
const words = new Set(listed.map((word) => word.normalize("NFC").toLowerCase()).filter((word) => [...word].length >= 5));
process.stdout.write([...words].map((word) => Buffer.from(`${word}\n`)).sort(Buffer.compare).join(""));
