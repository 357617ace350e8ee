import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every path of a tree of messages, for comparing languages: "home.new". */
export function paths(messages: object, prefix = ""): string[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === "string" ? [prefix + key] : paths(value, `${prefix}${key}.`),
  );
}

/** The names in braces of each message: a translation must use the same. */
export function slots(messages: object): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (node: object, prefix: string) => {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== "string") walk(value, `${prefix}${key}.`);
      else found[prefix + key] = [...new Set(value.match(/\{\w+\}/g) ?? [])].sort().join();
    }
  };
  walk(messages, "");
  return found;
}

/** The messages that the sources below `folder` name: keys inside a call of t(), which may choose among several. */
export function named(folder: string): string[] {
  const text = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(vue|ts)$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  return [...text.matchAll(/(?<![\w.])t\(([^()]*)/g)].flatMap(([, inside]) =>
    [...inside.matchAll(/["']([a-z]+(?:\.[A-Za-z]+)+)["']/g)].map((found) => found[1]),
  );
}

/** The names of an enumeration's values. */
export const valueNames = (of: object): string[] => Object.keys(of).filter((key) => Number.isNaN(Number(key))).sort();

/** What is wrong with an app's messages: the languages differ, or a source below `folder` names one that is not there. */
export function problems(zh: object, en: object, folder: string): string[] {
  const [there, inEnglish] = [slots(zh), slots(en)];
  const all = new Set([...Object.keys(there), ...Object.keys(inEnglish)]);
  const differing = [...all].filter((key) => there[key] !== inEnglish[key]).map((key) => `languages differ: ${key}`);
  const own = named(folder).filter((key) => !key.startsWith("kit."));
  const missing = own.filter((key) => !(key in there)).map((key) => `named, not there: ${key}`);
  return [...differing, ...missing, ...(own.length > 10 ? [] : ["no source names a message"])];
}
