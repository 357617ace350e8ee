/**
 * The client core for TypeScript: its services (proto/qingfeng/client/v1) as typed calls, whichever way its bytes take.
 *
 *   const core = coreOver(loopbackTransport());
 *   const { session } = await core.vault.getSession({});
 *
 * Calls are made over a Transport of @connectrpc/connect: the loopback, for a browser on the machine whose program hosts
 * the core; the bridge, for the WebView of a phone's app, whose port leads to the C ABI. Pages above see no difference.
 *
 * Every call fails with a QingfengError and nothing else. Nothing here keeps, logs or caches what passes through.
 */
export { coreOver, type Core } from "./client.js";
export { noteUse } from "./attended.js";
export { QingfengError, type Locale } from "./error.js";
export { failingClearly, loopbackTransport } from "./transport.js";
export { bridgeTransport, type BridgeOptions } from "./bridge/transport.js";
export { appPort, type AppPort } from "./bridge/port.js";
export { fromHex, toHex } from "./bytes.js";
export { reasonTexts } from "./gen/reasons.js";

export { create, clone, equals, type MessageInitShape } from "@bufbuild/protobuf";
export { Code } from "@connectrpc/connect";
export * from "./gen/qingfeng/common/v1/reason_pb.js";
export * from "./gen/qingfeng/content/v1/report_pb.js";
export * from "./gen/qingfeng/content/v1/message_pb.js";
export * from "./gen/qingfeng/content/v1/directory_pb.js";
export * from "./gen/qingfeng/client/v1/desk_pb.js";
export * from "./gen/qingfeng/client/v1/event_pb.js";
export * from "./gen/qingfeng/client/v1/field_pb.js";
export * from "./gen/qingfeng/client/v1/vault_pb.js";
export { Audience, RevokeMode, Role } from "./gen/qingfeng/record/v1/clear_pb.js";
