// The thread on which a large network is laid out and drawn.

import { Scene } from "{{graph-scene.js}}";

let scene;
self.onmessage = ({ data }) => {
  if (data.canvas) scene = new Scene(data.canvas, (told) => self.postMessage(told));
  else scene.receive(data);
};
