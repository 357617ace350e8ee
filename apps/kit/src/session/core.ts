import { appPort, bridgeTransport, coreOver, loopbackTransport, type Core } from "@qingfeng/client";

const port = appPort();

/** The client core that this page works with: of the app around it, else of the program that hosts it. */
export const core: Core = coreOver(port === undefined ? loopbackTransport() : bridgeTransport(port));
