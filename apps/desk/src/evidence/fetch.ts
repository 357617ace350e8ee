/** Bytes of a file, opened by the core as they come. They are in memory alone; whoever holds them lets go of them. */
import { type AttachmentInfo } from "@qingfeng/client";
import { core } from "@qingfeng/kit/session";

import { safeType } from "./kind.js";

/** `progress` hears how many bytes are there. Ends with what the core says, or when `signal` is aborted. */
export async function fetchFile(
  recordId: Uint8Array,
  file: AttachmentInfo,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<Blob> {
  const parts: BlobPart[] = [];
  let bytes = 0;
  for await (const { data } of core.desk.openAttachment({ recordId, sha256: file.sha256 }, { signal })) {
    parts.push(data as Uint8Array<ArrayBuffer>);
    bytes += data.length;
    progress(bytes);
  }
  return new Blob(parts, { type: safeType(file.mediaType) });
}
