import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";

import { ErrorDetailSchema, QingfengError, Reason, reasonTexts } from "../src/index.js";

function refusal(reason: Reason, retryAfterMs = 0n, message = "no") {
  const error = new ConnectError(message, Code.ResourceExhausted);
  const value = toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { reason, retryAfterMs }));
  error.details = [{ type: ErrorDetailSchema.typeName, value }];
  return QingfengError.from(error);
}

test("the registered reason, its wait and its texts come out of an error", () => {
  const error = refusal(Reason.PIN_WAIT, 4_000n);
  expect(error.reasonName).toBe("PIN_WAIT");
  expect(error.code).toBe(Code.ResourceExhausted);
  expect(error.retryAfterMs).toBe(4_000);
  expect(error.unanswered).toBe(false);
  expect(error.says("en").remedy).toBe("wait as long as the error says");
  expect(error.says("zh-CN").sentence).toMatch(/[\u4e00-\u9fff]/);
});

test("a form's refusal names the answer that it is about", () => {
  expect(refusal(Reason.FORM, 0n, "what: say what happened").field).toBe("what");
  expect(refusal(Reason.FORM, 0n, "townships.3.name: shorter").field).toBe("townships.3.name");
  expect(refusal(Reason.STATE, 0n, "what: say what happened").field).toBe("");
});

test("no answer at all is told apart from a refusal and from a call that was cancelled", () => {
  expect(QingfengError.from(new TypeError("Failed to fetch")).unanswered).toBe(true);
  const cancelled = QingfengError.from(new ConnectError("", Code.Canceled));
  expect([cancelled.unanswered, cancelled.reason]).toEqual([false, Reason.CANCELLED]);
});

test("every reason has its texts in both languages", () => {
  const names = Object.keys(Reason).filter((key) => Number.isNaN(Number(key)));
  expect(names.length).toBeGreaterThan(70);
  for (const name of names.filter((each) => each !== "UNSPECIFIED")) {
    for (const locale of ["zh-CN", "en"] as const) {
      expect(reasonTexts[locale][name]?.sentence, `${locale} ${name}`).toBeTruthy();
    }
  }
});
