/**
 * Camera, microphone, files and a hand's signature, as components. What they take stays in the page's memory and goes to
 * whoever listens; nothing is uploaded, stored or named here. A sheet (ModalDialog) around camera or recorder ends both
 * when it closes; what was recorded until then is handed over.
 */
export { hasDevices } from "./stream.js";
export { default as CameraView } from "./CameraView.vue";
export { default as FilePicker } from "./FilePicker.vue";
export { default as PhotoCamera } from "./PhotoCamera.vue";
export { default as PictureView } from "./PictureView.vue";
export { default as QrScanner } from "./QrScanner.vue";
export { default as SignaturePad } from "./SignaturePad.vue";
export { default as SoundPlayer } from "./SoundPlayer.vue";
export { default as SoundRecorder } from "./SoundRecorder.vue";
