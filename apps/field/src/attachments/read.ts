import type { AttachmentInfo } from "@qingfeng/client";
import { core } from "@qingfeng/kit/session";

const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif"];
// Beyond this a page does not take a file into its memory only to show it.
const SHOWN_BYTES_MAX = 32n * 1024n * 1024n;

/** What this page can show of a file that is on this device. */
export function showable(file: AttachmentInfo): "picture" | "sound" | null {
  if (!file.here || file.sizeBytes > SHOWN_BYTES_MAX) return null;
  if (PICTURES.includes(file.mediaType)) return "picture";
  return file.mediaType.startsWith("audio/") ? "sound" : null;
}

/** The bytes of a file of a draft, item or message, opened by the core. */
export async function readFile(ownerId: Uint8Array, file: AttachmentInfo): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const { data } of core.field.readAttachment({ itemId: ownerId, sha256: file.sha256 })) {
    pieces.push(data as Uint8Array<ArrayBuffer>);
  }
  return new Blob(pieces, { type: file.mediaType });
}
