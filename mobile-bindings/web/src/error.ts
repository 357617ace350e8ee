import { create, toBinary } from "@bufbuild/protobuf";
import { ConnectError, Code } from "@connectrpc/connect";

import { ErrorDetailSchema, Reason } from "./gen/qingfeng/common/v1/reason_pb.js";
import { reasonTexts } from "./gen/reasons.js";

export type Locale = "zh-CN" | "en";

/**
 * How every call of this package fails.
 *
 * `message` is the core's own sentence: English, for developers, and without content of reports. A field's name and a
 * colon before it ("what: say what happened", "townships.3.name: …") say which answer a FORM reason is about. What a person
 * reads is `says`.
 */
export class QingfengError extends Error {
  constructor(
    message: string,
    readonly code: Code,
    /** UNSPECIFIED if the error did not come from the core: see `unanswered`. */
    readonly reason: Reason,
    /** How long to wait before trying again; 0 = the caller decides. */
    readonly retryAfterMs = 0,
    /** The program that hosts the core does not answer: it has ended, or this is not its page any more. */
    readonly unanswered = false,
  ) {
    super(message);
    this.name = "QingfengError";
  }

  /** "PIN_WRONG": the name that logs, JSON and documents show. */
  get reasonName(): string {
    return Reason[this.reason] ?? "UNSPECIFIED";
  }

  /** Of a FORM reason: the answer that it is about; else "". */
  get field(): string {
    return this.reason === Reason.FORM ? (/^([a-z_.0-9]+):/.exec(this.message)?.[1] ?? "") : "";
  }

  /** What happened and what to do, for a person. Both may be empty. */
  says(locale: Locale): { sentence: string; remedy: string } {
    return reasonTexts[locale][this.reasonName] ?? reasonTexts[locale].UNSPECIFIED;
  }

  static from(cause: unknown): QingfengError {
    if (cause instanceof QingfengError) return cause;
    const error = ConnectError.from(cause);
    const detail = error.findDetails(ErrorDetailSchema)[0];
    const reason = detail?.reason ?? OWN_ENDS.get(error.code);
    const retryAfterMs = Number(detail?.retryAfterMs ?? 0n);
    return new QingfengError(error.rawMessage, error.code, reason ?? Reason.UNSPECIFIED, retryAfterMs, reason === undefined);
  }
}

// Ends that a call's own page gave it, without asking the core.
const OWN_ENDS = new Map([
  [Code.Canceled, Reason.CANCELLED],
  [Code.DeadlineExceeded, Reason.DEADLINE],
]);

/** An error as the core says it, of what a transport refuses by itself. */
export function refusal(reason: Reason, code: Code, message: string): ConnectError {
  const error = new ConnectError(message, code);
  error.details = [{ type: ErrorDetailSchema.typeName, value: toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { reason })) }];
  return error;
}
