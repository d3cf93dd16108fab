// Made-up photos and stickers, drawn here, a voice note and a contact: nothing is fetched from elsewhere.

const blobOf = (canvas, type) => new Promise((done) => canvas.toBlob(done, type, 0.86));

function sky(pen, width, height, upper, lower) {
  const wash = pen.createLinearGradient(0, 0, 0, height);
  wash.addColorStop(0, upper);
  wash.addColorStop(1, lower);
  pen.fillStyle = wash;
  pen.fillRect(0, 0, width, height);
}

function shape(pen, fill, points) {
  pen.fillStyle = fill;
  pen.beginPath();
  points.forEach(([x, y], n) => (n ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  pen.fill();
}

function oval(pen, fill, x, y, rx, ry) {
  pen.fillStyle = fill;
  pen.beginPath();
  pen.ellipse(x, y, rx, ry, 0, 0, 7);
  pen.fill();
}

function grain(pen, width, height) {
  for (let n = 0; n < 1600; n += 1) {
    pen.fillStyle = `rgb(0 0 0 / ${0.02 + (n % 5) * 0.008})`;
    pen.fillRect((n * 7919) % width, (n * 104729) % height, 2, 2);
  }
}

function road(pen, w, h) {
  sky(pen, w, h, "#a9cfe4", "#eadfc3");
  oval(pen, "#5f8a57", 90, 215, 190, 80);
  oval(pen, "#4f7a4c", 560, 210, 220, 90);
  shape(pen, "#74706a", [[270, 225], [370, 225], [640, 480], [0, 480]]);
  shape(pen, "#e9e1c8", [[316, 240], [324, 240], [330, 290], [310, 290]]);
  shape(pen, "#e9e1c8", [[308, 320], [332, 320], [342, 420], [298, 420]]);
  oval(pen, "#4b4640", 255, 372, 118, 38);
  oval(pen, "#8b7350", 258, 377, 100, 29);
  oval(pen, "#b59c72", 244, 371, 52, 9);
  oval(pen, "#4b4640", 430, 300, 48, 14);
  oval(pen, "#8b7350", 431, 302, 40, 10);
}

function roof(pen, w, h) {
  sky(pen, w, h, "#8fa3b0", "#c9cfcb");
  oval(pen, "#587a55", 320, 430, 460, 110);
  shape(pen, "#c9a877", [[130, 240], [510, 240], [510, 420], [130, 420]]);
  for (let x = 130; x < 510; x += 24) shape(pen, "#b08e5e", [[x, 240], [x + 3, 240], [x + 3, 420], [x, 420]]);
  shape(pen, "#8c4f38", [[90, 250], [210, 120], [470, 138], [560, 250]]);
  shape(pen, "#33291f", [[270, 160], [350, 150], [392, 206], [330, 232], [262, 205]]);
  shape(pen, "#6d3a28", [[392, 206], [420, 196], [440, 262], [404, 268]]);
  shape(pen, "#5a4028", [[200, 300], [262, 300], [262, 420], [200, 420]]);
  shape(pen, "#3d5a63", [[330, 300], [420, 300], [420, 350], [330, 350]]);
  pen.strokeStyle = "rgb(255 255 255 / .35)";
  for (let x = -40; x < w; x += 26) {
    pen.beginPath();
    pen.moveTo(x, (x * 13) % 90);
    pen.lineTo(x - 14, ((x * 13) % 90) + 52);
    pen.stroke();
  }
}

function tap(pen, w, h) {
  sky(pen, w, h, "#d9d2bf", "#b9ae94");
  for (let y = 0; y < 330; y += 46) for (let x = (y % 92) - 46; x < w; x += 92) shape(pen, "rgb(120 100 70 / .16)", [[x + 2, y + 2], [x + 90, y + 2], [x + 90, y + 44], [x + 2, y + 44]]);
  shape(pen, "#8f836a", [[0, 380], [w, 350], [w, h], [0, h]]);
  shape(pen, "#8d949a", [[340, 90], [640, 90], [640, 128], [340, 128]]);
  shape(pen, "#a6adb3", [[300, 80], [356, 80], [356, 200], [300, 200]]);
  shape(pen, "#7c838a", [[308, 200], [348, 200], [342, 226], [314, 226]]);
  shape(pen, "#b3391f", [[280, 48], [376, 48], [376, 68], [280, 68]]);
  shape(pen, "#8d949a", [[320, 64], [336, 64], [336, 84], [320, 84]]);
  shape(pen, "#3f7a9c", [[220, 300], [436, 300], [408, 452], [248, 452]]);
  oval(pen, "#326481", 328, 300, 108, 26);
  oval(pen, "#24485c", 328, 304, 92, 18);
}

export const PHOTOS = { road, roof, tap };

export function drawPhoto(name, canvas = document.createElement("canvas")) {
  canvas.width = 640;
  canvas.height = 480;
  const pen = canvas.getContext("2d");
  PHOTOS[name](pen, 640, 480);
  grain(pen, 640, 480);
  return canvas;
}

export const photoBlob = (name) => blobOf(drawPhoto(name), "image/jpeg");

function face(pen, fill, mouth) {
  oval(pen, "#fff", 100, 100, 92, 92);
  oval(pen, fill, 100, 100, 84, 84);
  oval(pen, "#3a2a12", 72, 86, 9, 12);
  oval(pen, "#3a2a12", 128, 86, 9, 12);
  pen.strokeStyle = "#3a2a12";
  pen.lineWidth = 8;
  pen.lineCap = "round";
  pen.beginPath();
  mouth(pen);
  pen.stroke();
}

export const STICKERS = {
  glad: (pen) => face(pen, "#f0bd55", () => pen.arc(100, 104, 36, 0.35, 2.8)),
  sad: (pen) => face(pen, "#8fb8cf", () => pen.arc(100, 156, 32, 3.7, 5.75)),
  thumb: (pen) => {
    oval(pen, "#fff", 100, 100, 92, 92);
    oval(pen, "#2b6b52", 100, 100, 84, 84);
    pen.fillStyle = "#f7e3bd";
    for (const [x, y, wide, high] of [[82, 92, 66, 22], [82, 110, 62, 20], [82, 126, 56, 18], [82, 74, 62, 24]]) {
      pen.beginPath();
      pen.roundRect(x, y, wide, high, 11);
      pen.fill();
    }
    shape(pen, "#f7e3bd", [[80, 84], [104, 36], [120, 40], [118, 78], [110, 140], [78, 140]]);
    shape(pen, "#c9852b", [[52, 80], [76, 80], [76, 144], [52, 144]]);
  },
  drum: (pen) => {
    oval(pen, "#fff", 100, 100, 92, 92);
    oval(pen, "#b4532a", 100, 100, 84, 84);
    pen.fillStyle = "#e2a94f";
    pen.beginPath();
    pen.roundRect(72, 34, 54, 132, 27);
    pen.fill();
    pen.fillStyle = "#4a2c12";
    pen.beginPath();
    pen.roundRect(92, 84, 14, 52, 7);
    pen.fill();
    pen.strokeStyle = "#f7e3bd";
    pen.lineWidth = 7;
    pen.lineCap = "round";
    for (const reach of [58, 76]) {
      pen.beginPath();
      pen.arc(100, 100, reach - 12, -0.5, 0.25);
      pen.stroke();
    }
  },
};

export function drawSticker(name, canvas = document.createElement("canvas")) {
  canvas.width = 200;
  canvas.height = 200;
  STICKERS[name](canvas.getContext("2d"));
  return canvas;
}

export const stickerBlob = (name) => blobOf(drawSticker(name), "image/webp");

/** Two seconds that rise and fall like a sentence and say nothing, in the format of real voice notes. */
export const voiceBlob = async () => new Blob([await (await fetch("/static/voice.ogg")).arrayBuffer()], { type: "audio/ogg; codecs=opus" });

/** A business card as phones send it; the number is nobody's. */
export const contactBlob = (name) =>
  new Blob([`BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nTEL;TYPE=CELL:+62812-0000-0099\r\nEND:VCARD\r\n`], { type: "text/vcard" });
