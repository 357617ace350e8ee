/**
 * What the register is narrowed to. It is kept while the store is open, so that whoever comes back from a report finds the
 * list as it was; the lock takes it, since names that were looked for are content too.
 *
 * The address repeats what holds no content - flags, catalogue ids, days, numbers - so that a reload and the browser's
 * way back keep it. Words that are looked for and the township never stand in an address: a history outlives the lock.
 */
import { dateToMicros } from "@qingfeng/kit";
import { Stage, type ListArrivalsRequestSchema, type MessageInitShape } from "@qingfeng/client";
import { isUnlocked, session } from "@qingfeng/kit/session";
import { reactive, watch } from "vue";

export const FLAGS = ["unanswered", "urgent", "late", "notYetCertified", "withoutCase"] as const;
export type Flag = (typeof FLAGS)[number];

export interface Filters extends Record<Flag, boolean> {
  words: string;
  township: string;
  violation: string;
  stage: Stage;
  /** Days, as <input type="date"> writes them; both are in. */
  from: string;
  until: string;
  /** 0 = any. */
  caseNumber: number;
}

export const none = (): Filters => ({
  words: "",
  township: "",
  violation: "",
  stage: Stage.UNSPECIFIED,
  from: "",
  until: "",
  caseNumber: 0,
  unanswered: false,
  urgent: false,
  late: false,
  notYetCertified: false,
  withoutCase: false,
});
export const filters = reactive(none());
export const clearFilters = () => void Object.assign(filters, none());
watch(
  () => isUnlocked(session.value?.state),
  (open) => open || clearFilters(),
);
export const isNarrowed = (of: Filters): boolean => JSON.stringify(of) !== JSON.stringify(none());

export type Query = Record<string, string>;

/** What of it may stand in an address. */
export function toQuery(of: Filters): Query {
  const query: Query = {};
  for (const flag of FLAGS) if (of[flag]) query[flag] = "1";
  if (of.violation) query.violation = of.violation;
  if (of.stage) query.stage = String(of.stage);
  if (of.from) query.from = of.from;
  if (of.until) query.until = of.until;
  if (of.caseNumber) query.case = String(of.caseNumber);
  return query;
}

/** Takes over what an address says; whatever it cannot mean is left out. */
export function takeQuery(of: Filters, query: Record<string, unknown>): void {
  const text = (key: string, shape: RegExp) => {
    const value = query[key];
    return typeof value === "string" && shape.test(value) ? value : "";
  };
  const day = /^\d{4}-\d{2}-\d{2}$/;
  for (const flag of FLAGS) of[flag] = query[flag] === "1";
  of.violation = text("violation", /^[a-z0-9._]{1,80}$/);
  const stage = Number(text("stage", /^\d$/));
  of.stage = stage in Stage ? stage : Stage.UNSPECIFIED;
  of.from = text("from", day);
  of.until = text("until", day);
  of.caseNumber = Number(text("case", /^\d{1,9}$/));
}

function dayMicros(day: string, plus: number): bigint {
  const [year, month, date] = day.split("-").map(Number);
  const at = new Date(year, month - 1, date + plus);
  return day && at.getTime() > 0 ? dateToMicros(at) : 0n;
}

export function toRequest(of: Filters): MessageInitShape<typeof ListArrivalsRequestSchema> {
  const { words, township, violation, stage, unanswered, urgent, late, notYetCertified, withoutCase } = of;
  return {
    search: words.trim(),
    township: township.trim(),
    violation,
    stage,
    fromUs: dayMicros(of.from, 0),
    untilUs: dayMicros(of.until, 1),
    caseNumber: BigInt(of.caseNumber),
    ...{ unanswered, urgent, late, notYetCertified, withoutCase },
  };
}
