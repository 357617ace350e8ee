import { CorrectionSchema, create, PersonConcernedSchema, ReportSchema, Stage } from "@qingfeng/client";
import { expect, test } from "vitest";

import { hasDetails, isBlank, missingIn } from "../src/answers.js";

const report = (answers: Parameters<typeof create<typeof ReportSchema>>[1] = {}) => create(ReportSchema, answers);

test("a draft is blank until something is typed, chosen or noted in it; begun on the spot is nothing yet", () => {
  expect([report(), report({ onTheSpot: create(CorrectionSchema) })].map(isBlank)).toEqual([true, true]);
  const some = [{ what: " " }, { violation: "ban.canvassing" }, { stage: Stage.VETTING }, { people: [create(PersonConcernedSchema)] }];
  expect(some.map((each) => isBlank(report(each)))).toEqual([false, false, false, false]);
  expect(isBlank(report({ onTheSpot: create(CorrectionSchema, { stoppedAtUs: 1n }) }))).toBe(false);
});

test("details are whatever the screen does not ask for first", () => {
  expect(hasDetails(report({ what: "seen", violation: "ban.canvassing", onTheSpot: create(CorrectionSchema, { stoppedAtUs: 1n }) }))).toBe(false);
  for (const each of [{ title: "a" }, { township: "a" }, { evidence: "a" }, { onTheSpot: create(CorrectionSchema, { by: "a" }) }]) {
    expect(hasDetails(report(each))).toBe(true);
  }
});

test("everything that is missing is named, in the order of the screen; spaces say nothing", () => {
  expect(missingIn(report({ what: " \n" }))).toEqual(["violation", "what"]);
  const people = [create(PersonConcernedSchema, { post: "镇长" }), create(PersonConcernedSchema, { unit: "某局" })];
  expect(missingIn(report({ violation: "ban.canvassing", what: "seen", people }))).toEqual(["people"]);
});
