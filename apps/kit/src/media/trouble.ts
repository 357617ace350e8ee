/** Why camera or microphone cannot be used, as far as it changes what a person can do about it. */
export type Trouble = "denied" | "missing" | "busy" | "unsupported" | "failed";

const BY_NAME: Record<string, Trouble> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  NotSupportedError: "unsupported",
};

export const troubleOf = (cause: unknown): Trouble => BY_NAME[(cause as Error | null)?.name ?? ""] ?? "failed";
