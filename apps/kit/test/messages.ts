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
