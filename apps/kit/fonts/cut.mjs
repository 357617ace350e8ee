/**
 * Cuts the rare characters of people's and places' names out of a whole font, into one small file for every 256 code points,
 * which a browser loads when such a character is on the page and never otherwise.
 *
 *   node apps/kit/fonts/cut.mjs ROOT VERSION     ROOT = Debian's fonts-babelstone-han, unpacked; VERSION = which
 *
 * Writes apps/kit/public/fonts (the files and their licence) and apps/kit/src/gen/rare.css (which file holds what); the same
 * ROOT gives the same bytes. Needs hb-subset and woff2_compress.
 *
 * Why this font: it has every character of the national table of 2013, and of the extensions A to H those that mainland sources
 * brought in, in the mainland's shapes, among them what was registered for names of people and places. What it leaves out
 * stands in dictionaries of old texts alone.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync } from "node:zlib";

const [root, version] = process.argv.slice(2);
const FONT = `${root}/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf`;
const COPYRIGHT = `${root}/usr/share/doc/fonts-babelstone-han/copyright`;
const FONTS = fileURLToPath(new URL("../public/fonts/", import.meta.url));
const GEN = fileURLToPath(new URL("../src/gen/", import.meta.url));

// First and last 256 code points of extension A; B to F; G and H.
const RANGES = [[0x34, 0x4d], [0x200, 0x2eb], [0x300, 0x323]];
// Layout of vertical lines and of combined glyphs, which these characters have no use for.
const UNUSED_TABLES = "GSUB,GPOS,GDEF,BASE,VORG,vhea,vmtx";

const run = promisify(execFile);

/** The font's licence, out of what Debian says about the package. */
function licence() {
  const found = /^License: arphic-public-license\n((?: .*\n)+)/m.exec(readFileSync(COPYRIGHT, "utf8"));
  if (!found) throw new Error(`${COPYRIGHT} does not hold the Arphic Public License`);
  return found[1].replace(/^ \.?/gm, "");
}

/** What that licence wants said in every changed file, as the metadata that a WOFF2 file has room for. */
function withNotice(woff2, block) {
  const text = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><metadata version="1.0"><description><text lang="en">Changed in 2026 for Qingfeng: ` +
      `only U+${block}00 to U+${block}FF of BabelStone Han ${version}, without hints, compressed.</text></description>` +
      `<license><text lang="en">Arphic Public License: ARPHICPL.TXT beside this file.</text></license></metadata>`,
  );
  const packed = brotliCompressSync(text);
  const start = (woff2.length + 3) & ~3; // blocks begin at multiples of four
  const whole = Buffer.concat([woff2, Buffer.alloc(start - woff2.length), packed]);
  // The header's length, metaOffset, metaLength and metaOrigLength.
  for (const [at, value] of [[8, whole.length], [28, start], [32, packed.length], [36, text.length]]) whole.writeUInt32BE(value, at);
  return whole;
}

async function cut(block) {
  const [cutOut, packed] = [`${FONTS}${block}.ttf`, `${FONTS}${block}.woff2`];
  const what = [`--unicodes=${block}00-${block}FF`, `--drop-tables+=${UNUSED_TABLES}`, "--no-hinting", `--output-file=${cutOut}`];
  await run("hb-subset", [FONT, ...what]);
  await run("woff2_compress", [cutOut]);
  rmSync(cutOut);
  writeFileSync(packed, withNotice(readFileSync(packed), block.toUpperCase()));
}

const blocks = RANGES.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => (first + i).toString(16)));
const face = (block) =>
  `@font-face{font-family:"Qingfeng Rare";src:url(/fonts/${block}.woff2)format("woff2");unicode-range:U+${block}??}`;

for (const folder of [FONTS, GEN]) rmSync(folder, { recursive: true, force: true }), mkdirSync(folder, { recursive: true });
writeFileSync(`${FONTS}ARPHICPL.TXT`, licence());
const left = [...blocks];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let block; (block = left.shift()); ) await cut(block);
  }),
);
// Last: whoever finds it finds them all.
writeFileSync(`${GEN}rare.css`, blocks.map(face).join("\n") + "\n");
