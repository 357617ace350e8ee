import { createClient, type Client, type Transport } from "@connectrpc/connect";

import { DeskService } from "./gen/qingfeng/client/v1/desk_pb.js";
import { EventService } from "./gen/qingfeng/client/v1/event_pb.js";
import { FieldService } from "./gen/qingfeng/client/v1/field_pb.js";
import { VaultService } from "./gen/qingfeng/client/v1/vault_pb.js";

/** A client core, by service: `core.field.saveDraft({ draftId, report })`. */
export interface Core {
  vault: Client<typeof VaultService>;
  field: Client<typeof FieldService>;
  desk: Client<typeof DeskService>;
  event: Client<typeof EventService>;
}

export function coreOver(transport: Transport): Core {
  return {
    vault: createClient(VaultService, transport),
    field: createClient(FieldService, transport),
    desk: createClient(DeskService, transport),
    event: createClient(EventService, transport),
  };
}
