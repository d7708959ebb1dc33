// How loud a stream is, on a <meter>, ten times a second.
const EVERY_MS = 100;

/** Returns what stops it. */
export function showLevel(stream, meter) {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  audio.createMediaStreamSource(stream).connect(analyser);
  audio.resume();
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    meter.value = percent(Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    meter.value = 0;
    audio.close();
  };
}

// From a whisper (-60 dB) to as loud as it gets.
function percent(level) {
  return level ? Math.max(0, Math.min(100, ((20 * Math.log10(level) + 60) / 60) * 100)) : 0;
}
