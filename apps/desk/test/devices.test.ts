import { create, DeviceInfoSchema, DeviceState, RevokeMode, Role, SessionSchema, type MessageInitShape } from "@qingfeng/client";
import { session } from "@qingfeng/kit/session";
import { expect, test } from "vitest";

import { actionsFor } from "../src/devices.js";

type Init = Exclude<MessageInitShape<typeof DeviceInfoSchema>, { $typeName: string }>;
const OWN = new Uint8Array(32).fill(1);
const device = (init: Init) =>
  create(DeviceInfoSchema, { deviceKey: new Uint8Array(32).fill(2), role: Role.DUTY_OFFICER, ...init });
function at(role: Role) {
  session.value = create(SessionSchema, { role, deviceKey: OWN });
  return (init: Init) =>
    Object.entries(actionsFor(device(init)))
      .filter(([, may]) => may)
      .map(([name]) => name);
}

test("an administrator certifies what is not certified, and revokes what is not revoked, but never this desk", () => {
  const may = at(Role.ADMINISTRATOR);
  expect(may({ state: DeviceState.PROVISIONAL })).toEqual(["certify", "revoke"]);
  expect(may({ state: DeviceState.SUSPECT })).toEqual(["certify", "revoke"]);
  expect(may({ state: DeviceState.ENDED })).toEqual(["certify", "revoke"]);
  expect(may({ state: DeviceState.ACTIVE })).toEqual(["revoke"]);
  expect(may({ state: DeviceState.ACTIVE, deviceKey: OWN })).toEqual([]);
  expect(may({ state: DeviceState.INVITED, deviceKey: new Uint8Array() })).toEqual([]);
});

test("a device that is paused can be certified again, or revoked; one that drains cannot; an erasure waits for approval once", () => {
  const may = at(Role.ADMINISTRATOR);
  const revoked = (revokeMode: RevokeMode, eraseApproved = false) =>
    may({ state: DeviceState.REVOKED, revokeMode, eraseApproved });
  expect(revoked(RevokeMode.LOCK)).toEqual(["certify", "revoke"]);
  expect(revoked(RevokeMode.DRAIN)).toEqual([]);
  expect(revoked(RevokeMode.ERASE)).toEqual(["approve"]);
  expect(revoked(RevokeMode.ERASE, true)).toEqual([]);
});

test("keys are granted by who makes them, to certified desks that read reports and lack them", () => {
  const may = at(Role.CASE_MANAGER);
  expect(may({ state: DeviceState.ACTIVE })).toEqual(["grant"]);
  expect(may({ state: DeviceState.ACTIVE, hasKeys: true })).toEqual([]);
  expect(may({ state: DeviceState.PROVISIONAL })).toEqual([]);
  expect(may({ state: DeviceState.ACTIVE, role: Role.INFORMANT })).toEqual([]);
  expect(may({ state: DeviceState.ACTIVE, deviceKey: OWN })).toEqual([]);
  expect(at(Role.DUTY_OFFICER)({ state: DeviceState.ACTIVE })).toEqual([]);
});
