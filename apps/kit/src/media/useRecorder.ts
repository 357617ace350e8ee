/**
 * Records sound into memory. Begins only when a person presses, tells how long and how loud it is, and ends by itself
 * after RECORDING_SECONDS_MAX, or with the component that calls it. However it ends, what was recorded goes to `keep`:
 * evidence that exists nowhere else is not lost with a sheet that somebody closes in a hurry.
 */
import { onBeforeUnmount, ref } from "vue";
import { useStream } from "./stream.js";
import { troubleOf } from "./trouble.js";

export const RECORDING_SECONDS_MAX = 60 * 60;
const BITS_PER_SECOND = 32_000; // clear speech; an hour takes 15 MB
const TICK_MS = 200;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

// The loudest of the last moments, 0 to 1.
function meterOf(stream: MediaStream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  return {
    level() {
      analyser.getByteTimeDomainData(samples);
      return samples.reduce((loudest, each) => Math.max(loudest, Math.abs(each - 128) / 128), 0);
    },
    end: () => void context.close(),
  };
}

export function useRecorder(keep: (sound: Blob) => void) {
  const state = ref<"idle" | "recording">("idle");
  const seconds = ref(0);
  const level = ref(0);
  const source = useStream({ audio: true });
  let recorder: MediaRecorder | null = null;
  let end = () => {};

  async function start(): Promise<void> {
    const stream = await source.start();
    if (!stream) return;
    const pieces: Blob[] = [];
    let meter: ReturnType<typeof meterOf>;
    try {
      const mimeType = TYPES.find((each) => MediaRecorder.isTypeSupported(each));
      recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
      meter = meterOf(stream);
    } catch (cause) {
      source.stop();
      source.trouble.value = troubleOf(cause);
      return;
    }
    const began = performance.now();
    seconds.value = level.value = 0;
    const ticker = setInterval(() => {
      seconds.value = Math.floor((performance.now() - began) / 1000);
      level.value = meter.level();
      if (seconds.value >= RECORDING_SECONDS_MAX) stop();
    }, TICK_MS);
    end = () => {
      clearInterval(ticker);
      meter.end();
      source.stop();
      end = () => {};
    };
    recorder.ondataavailable = (event) => pieces.push(event.data);
    // Also when the microphone is taken away: what was recorded until then is kept.
    recorder.onstop = () => {
      end();
      state.value = "idle";
      const sound = new Blob(pieces, { type: pieces[0]?.type.split(";")[0] });
      if (sound.size > 0) keep(sound);
    };
    recorder.start();
    state.value = "recording";
  }
  function stop(): void {
    if (recorder?.state === "recording") recorder.stop();
  }
  onBeforeUnmount(stop); // before the stream ends, and with it the recorder
  return { state, seconds, level, asking: source.asking, trouble: source.trouble, start, stop };
}
