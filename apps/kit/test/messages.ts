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
