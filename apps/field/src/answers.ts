/** What a draft holds: nothing at all, and more than the screen asks for first. */
import { create, CorrectionSchema, equals, ReportSchema, type Report } from "@qingfeng/client";

/** Nothing was typed, chosen or noted in it. Begun on the spot and left again is nothing yet. */
export function isBlank(report: Report): boolean {
  const spot = report.onTheSpot;
  const begun = spot !== undefined && equals(CorrectionSchema, spot, create(CorrectionSchema));
  return equals(ReportSchema, { ...report, onTheSpot: begun ? undefined : spot }, create(ReportSchema));
}

/** Something stands in it beside the rule, what happened, the files and the moments of a correction. */
export function hasDetails(report: Report): boolean {
  const { title, when, where, township, stage, people, evidence, onTheSpot: spot } = report;
  return Boolean(title || when || where || township || stage || people.length || evidence || spot?.by || spot?.what);
}

/** Answers that the core asks for, in the order of the screen. */
export type Answer = "violation" | "what" | "people";

/** What the core would find missing: it names only the first, and a screen marks them all. */
export function missingIn({ violation, what, people }: Report): Answer[] {
  const missing: Answer[] = [];
  if (!violation) missing.push("violation");
  if (!what.trim()) missing.push("what");
  if (people.some(({ name, post }) => !name && !post)) missing.push("people");
  return missing;
}
