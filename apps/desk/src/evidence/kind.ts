/**
 * What a file is shown as. The type is what the phone wrote down; a browser is given a type from this list and never that
 * text, so a file cannot ask to be run. Everything else is not shown here: pages, pictures made of drawing commands (SVG)
 * and office documents carry programs and calls home, and PDF readers of browsers run scripts.
 */
export type Kind = "picture" | "sound" | "video" | "text" | "other";

const SHOWN: Record<string, Kind> = {
  "image/jpeg": "picture",
  "image/png": "picture",
  "image/webp": "picture",
  "image/gif": "picture",
  "audio/mpeg": "sound",
  "audio/mp4": "sound",
  "audio/aac": "sound",
  "audio/ogg": "sound",
  "audio/wav": "sound",
  "audio/webm": "sound",
  "video/mp4": "video",
  "video/webm": "video",
  "video/ogg": "video",
  "text/plain": "text",
};

const bare = (mediaType: string) => mediaType.split(";")[0].trim().toLowerCase();

export const kindOf = (mediaType: string): Kind => SHOWN[bare(mediaType)] ?? "other";
/** The type to give to the browser; what is not shown is bytes. */
export const safeType = (mediaType: string): string =>
  bare(mediaType) in SHOWN ? bare(mediaType) : "application/octet-stream";

/** Sound and video that this browser has no decoder for are said so before they are fetched. */
export function canPlay(mediaType: string): boolean {
  const kind = kindOf(mediaType);
  if (kind !== "sound" && kind !== "video") return true;
  return document.createElement(kind === "sound" ? "audio" : "video").canPlayType(safeType(mediaType)) !== "";
}

const MIB = 1024 * 1024;
/**
 * Larger ones are not shown: all of a file lies in the memory of the page while it is seen, and browsers move the bytes of
 * large blobs to the disk, unprotected, once a few hundred MiB are in use.
 */
export const SHOWN_MAX_BYTES = 64 * MIB;
export const TEXT_MAX_BYTES = MIB;
export const maxBytesOf = (kind: Kind): number => (kind === "text" ? TEXT_MAX_BYTES : SHOWN_MAX_BYTES);
