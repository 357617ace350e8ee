/**
 * Camera and microphone of this machine. What they give stays in this page's memory: nothing here writes a file, and a
 * picture taken this way is in no gallery.
 */
import { onUnmounted, ref, shallowRef } from "vue";
import { troubleOf, type Trouble } from "./trouble.js";

/** False where the browser has no way to a camera or microphone at all; a file can be chosen then. */
export const hasDevices = (): boolean => typeof navigator.mediaDevices?.getUserMedia === "function";

function end(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}

/** One stream of the component that calls it: ends with the component at the latest, and so does the light beside the lens. */
export function useStream(wanted: MediaStreamConstraints) {
  const trouble = shallowRef<Trouble | null>(null);
  const asking = ref(false);
  let stream: MediaStream | null = null;
  let gone = false;

  function stop(): void {
    if (stream) end(stream);
    stream = null;
  }
  /**
   * null if it cannot be had: `trouble` says why. null too while it is being asked for already (`asking`): of two streams
   * one would be nobody's, and its microphone open until the page goes.
   */
  async function start(): Promise<MediaStream | null> {
    if (asking.value) return null;
    stop();
    trouble.value = null;
    if (!hasDevices()) {
      trouble.value = "unsupported";
      return null;
    }
    asking.value = true;
    try {
      const got = await navigator.mediaDevices.getUserMedia(wanted);
      if (gone) end(got);
      else stream = got;
    } catch (cause) {
      trouble.value = troubleOf(cause);
    }
    asking.value = false;
    return stream;
  }
  onUnmounted(() => {
    gone = true;
    stop();
  });
  return { start, stop, asking, trouble };
}
