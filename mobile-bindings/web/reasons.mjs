// Prints a TypeScript module of what each registered reason says to a person: one sentence and one remedy, in Chinese
// and English. English is the registry itself, whose comment over each reason is its sentence; Chinese is the command
// line's catalogue of translations. A reason that lacks a text in either ends the build.
//
//   node reasons.mjs reason.proto zh_CN.po
import { readFileSync } from "node:fs";

const [registry, catalogue] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));

// "context\u0004id" -> text. Long strings of a catalogue go on over several lines.
function translations(po) {
  const found = new Map();
  for (const entry of po.split(/\n\n+/)) {
    const field = (name) => {
      const lines = entry.match(new RegExp(`^${name} ((?:"(?:[^"\\\\]|\\\\.)*"\\s*)+)`, "m"));
      return lines ? [...lines[1].matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((each) => JSON.parse(each[0])).join("") : "";
    };
    found.set(`${field("msgctxt")}\u0004${field("msgid")}`, field("msgstr"));
  }
  return found;
}

const REASON = /((?:^ *\/\/.*\n)+) *REASON_(\w+) = \d+(?: \[\(reason_info\) = \{code: \d+ remedy: ("(?:[^"\\]|\\.)*")\}\])?;/gm;
const chinese = translations(catalogue);
const texts = { "zh-CN": {}, en: {} };
for (const [, comment, name, remedyLiteral] of registry.matchAll(REASON)) {
  const sentence = comment.replace(/^ *\/\/ ?/gm, "").trim().replace(/\n/g, " ");
  const remedy = remedyLiteral ? JSON.parse(remedyLiteral) : "";
  const translated = (context, id) => {
    const text = chinese.get(`${context}\u0004${id}`);
    if (!text) throw new Error(`the catalogue has no Chinese for ${name}: ${id}`);
    return text;
  };
  texts.en[name] = { sentence, remedy };
  texts["zh-CN"][name] = {
    sentence: name === "UNSPECIFIED" ? "" : translated("reason", name),
    remedy: remedy && translated("", remedy),
  };
}

console.log(`// Written by reasons.mjs from the registry of reasons and the catalogue of translations.
export interface ReasonText { sentence: string; remedy: string }
export const reasonTexts: Record<"zh-CN" | "en", Record<string, ReasonText>> = ${JSON.stringify(texts, null, 1)};`);
