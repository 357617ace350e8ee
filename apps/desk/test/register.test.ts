import { ArrivalSchema, create, ListArrivalsResponseSchema } from "@qingfeng/client";
import { expect, test } from "vitest";

import { brought } from "../src/register/useRegister.js";

const row = (position: number, caseNumber = 0) =>
  create(ArrivalSchema, { recordId: new Uint8Array(32).fill(position), position: BigInt(position), caseNumber: BigInt(caseNumber) });
const page = (positions: number[], nextBeforePosition = 0) =>
  create(ListArrivalsResponseSchema, { arrivals: positions.map((at) => row(at, 7)), nextBeforePosition: BigInt(nextBeforePosition) });
const kept = (rows: number[], now: ReturnType<typeof page>) =>
  brought(rows.map((at) => row(at)), now).map(({ position, caseNumber }) => [Number(position), Number(caseNumber)]);

test("what passes the filters no more goes, and what still does is as it is now", () => {
  expect(kept([9, 8, 7], page([9, 7]))).toEqual([[9, 7], [7, 7]]);
});

test("below what was asked for nothing is known anew, so it stays", () => {
  expect(kept([9, 8, 7, 6], page([9], 8))).toEqual([[9, 7], [7, 0], [6, 0]]);
});

test("what is new does not come in between", () => {
  expect(kept([8], page([9, 8]))).toEqual([[8, 7]]);
});
