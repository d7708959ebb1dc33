// The far end of a call: another page of the same browser, which hums and counts what it hears.
globalThis.farEnd = {
  async offer() {
    const audio = new AudioContext();
    const hum = new OscillatorNode(audio, { frequency: 440 });
    const out = audio.createMediaStreamDestination();
    hum.connect(out);
    hum.start();
    this.connection = new RTCPeerConnection();
    this.connection.addTrack(out.stream.getAudioTracks()[0], out.stream);
    // What is played by nobody is not decoded either, and would count as silence.
    this.connection.ontrack = ({ streams }) => {
      this.speaker = Object.assign(new Audio(), { srcObject: streams[0] });
      this.speaker.play();
    };
    await this.connection.setLocalDescription(await this.connection.createOffer());
    await new Promise((done) => {
      const look = () => this.connection.iceGatheringState === "complete" && done();
      this.connection.onicegatheringstatechange = look;
      look();
    });
    return this.connection.localDescription.sdp;
  },
  answer(sdp) {
    return this.connection.setRemoteDescription({ type: "answer", sdp });
  },
  async heard() {
    for (const one of (await this.connection.getStats()).values()) {
      if (one.type === "inbound-rtp") return { bytes: one.bytesReceived, energy: one.totalAudioEnergy, seconds: one.totalSamplesDuration };
    }
    return { bytes: 0, energy: 0, seconds: 0 };
  },
};
