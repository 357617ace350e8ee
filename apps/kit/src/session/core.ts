import { coreOver, loopbackTransport, type Core } from "@qingfeng/client";

/** The client core that this page works with. */
export const core: Core = coreOver(loopbackTransport());
