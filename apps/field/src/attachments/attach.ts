/**
 * A file's way from the page into a draft: in pieces into the core's memory (PutFilePart), there cleaned and sealed
 * (AttachFile). Its bytes stand in no address and in no file of this machine.
 */
import { QingfengError, Reason } from "@qingfeng/client";
import { core } from "@qingfeng/kit/session";

/** What the core takes in pieces: all of them together, so files go one after the other. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;

export interface FileToAttach {
  bytes: Blob;
  name: string;
  /** "" = the core finds it from the bytes. */
  mediaType: string;
  keepMetadata: boolean;
}
/** Why a file is not in: what the page itself finds, or what the core says. */
export type Obstacle = "tooLarge" | "unreadable" | "metadata" | QingfengError;

async function piece(bytes: Blob, offset: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await bytes.slice(offset, offset + PIECE_BYTES).arrayBuffer());
  } catch {
    // The file was moved, changed or taken away since it was chosen.
    throw "unreadable" satisfies Obstacle;
  }
}

function obstacleOf(cause: unknown): Obstacle {
  if (cause === "tooLarge" || cause === "unreadable") return cause;
  const error = QingfengError.from(cause);
  return error.reason === Reason.ATTACHMENT_TYPE ? "metadata" : error;
}

async function put(draftId: Uint8Array, file: FileToAttach, signal: AbortSignal, onPut: (bytes: number) => void) {
  if (file.bytes.size > FILE_BYTES_MAX) throw "tooLarge" satisfies Obstacle;
  const fileId = crypto.getRandomValues(new Uint8Array(16));
  let offset = 0;
  do {
    const data = await piece(file.bytes, offset);
    await core.field.putFilePart({ fileId, offset: BigInt(offset), data }, { signal });
    onPut((offset += data.length));
  } while (offset < file.bytes.size);
  const { name, mediaType, keepMetadata } = file;
  const source = { case: "fileId" as const, value: fileId };
  const sealed = await core.field.attachFile({ draftId, source, name, mediaType, keepMetadata });
  // Sealing is not interrupted: whoever cancelled meanwhile has the file taken out again.
  if (signal.aborted) await core.field.detachFile({ draftId, sha256: sealed.file!.sha256 });
}

/** Attaches `file`; null once it is in or `signal` was aborted, else why it is not. `onPut` hears of every piece. */
export async function attach(
  draftId: Uint8Array,
  file: FileToAttach,
  signal: AbortSignal,
  onPut: (bytes: number) => void,
): Promise<Obstacle | null> {
  try {
    await put(draftId, file, signal, onPut);
    return null;
  } catch (cause) {
    return signal.aborted ? null : obstacleOf(cause);
  }
}
