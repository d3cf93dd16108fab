// One line of a talk, drawn. `scene` says what the bubble needs to know of its phone: zone, find, quote, choose, point.

import { el, icon, part } from "./dom.js";
import { t, timeOf } from "./words.js";

const clip = (text) => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

/** What a line is about in a few words: for quotes, for the queue, for people who listen to the page. */
export function gist(line) {
  if (line.text) return clip(line.text);
  if (line.point) return `📍 ${t("web.kind.point")}`;
  const file = line.files?.[0];
  return file ? file.caption || t(`web.kind.${file.kind}`) : t("web.kind.empty");
}

function quote(line, scene) {
  const asked = line.reply_to && !line.choice ? scene.find(line.reply_to) : null;
  if (!asked) return null;
  return el("button", "quote", { onclick: () => scene.point(asked) }, el("span", "", {}, gist(asked)));
}

function photo(file) {
  const open = el("a", "photo", { href: file.url, target: "_blank", rel: "noopener" });
  open.append(el("img", "", { src: file.url, alt: file.caption || t("web.kind.photo"), loading: "lazy" }));
  return open;
}

/** Bars that look like a voice but say nothing: their height comes from the file's reference. */
function bars(ref) {
  const row = el("div", "bars");
  for (let n = 0; n < 26; n += 1) {
    const code = ref.charCodeAt(n % ref.length) * (n + 7);
    const bar = el("i");
    bar.style.height = `${18 + (code % 13) * 6}%`;
    row.append(bar);
  }
  return row;
}

function voice(file) {
  const sound = new Audio();
  sound.preload = "none";
  sound.src = file.url;
  const row = bars(file.url);
  const button = el("button", "", { ariaLabel: t("web.play") }, icon("play"));
  const show = (playing) => button.replaceChildren(icon(playing ? "pause" : "play"));
  button.onclick = () => (sound.paused ? sound.play().catch(() => show(false)) : sound.pause());
  sound.onplay = () => show(true);
  sound.onpause = () => show(false);
  sound.ontimeupdate = () => {
    const heard = (sound.currentTime / (sound.duration || 1)) * row.children.length;
    [...row.children].forEach((bar, n) => bar.classList.toggle("heard", n < heard && !sound.ended));
  };
  return el("div", "voice", {}, button, row);
}

function document_(file) {
  const size = t("web.kilobytes", { n: Math.max(1, Math.round((file.size || 0) / 1024)) });
  const name = icon(file.kind === "contact" ? "contact" : "file");
  const words = el("span", "", {}, file.caption || t(`web.kind.${file.kind}`), file.size ? el("small", "", {}, size) : null);
  return el("div", "card", {}, name, words);
}

function attachment(file) {
  if (file.kind === "photo") return photo(file);
  if (file.kind === "voice") return voice(file);
  if (file.kind === "sticker") return el("div", "sticker", {}, el("img", "", { src: file.url, alt: file.caption || t("web.kind.sticker") }));
  return document_(file);
}

function pin(point) {
  const [lat, lon] = point;
  return el("div", "pin", {}, part("pin"), el("span", "", {}, `${lat.toFixed(5)}, ${lon.toFixed(5)}`));
}

function caption(line) {
  const told = line.files.filter((file) => file.caption && ["photo", "voice", "video"].includes(file.kind)).map((file) => file.caption);
  return [line.text, ...told].filter(Boolean).join("\n");
}

function meta(line, words, scene) {
  const row = el("div", words ? "meta" : "meta alone", {}, el("time", "", { dateTime: line.at }, timeOf(new Date(line.at), scene.zone)));
  if (!line.outbound) row.append(icon("tick", "ticks"));
  return row;
}

function choices(line, scene) {
  const row = el("div", "choices", { role: "group" });
  for (const button of line.buttons) {
    const tap = el("button", "", { onclick: () => scene.choose(line, button) }, button.label);
    tap.dataset.choice = button.id;
    row.append(tap);
  }
  return row;
}

/** The element of one line; `settle` and `tick` change it later. */
export function drawLine(line, scene) {
  const files = line.files.map(attachment);
  const words = caption(line);
  const bare = files.length > 0 && !words && line.files.every((file) => file.kind === "sticker");
  const answer = el("button", "answer", { ariaLabel: t("web.reply"), title: t("web.reply"), onclick: () => scene.quote(line) }, icon("reply"));
  const bubble = el("div", bare ? "bubble bare" : "bubble", {}, quote(line, scene), ...files, line.point ? pin(line.point) : null);
  if (words) bubble.append(el("p", "words", {}, words));
  bubble.append(meta(line, words, scene), answer);
  const whole = el("div", line.outbound ? "line" : "line mine", {}, bubble);
  if (line.buttons.length) whole.append(choices(line, scene));
  return whole;
}

/** Marks what was tapped. Settled buttons stay tappable: yesterday's question may be answered today. */
export function settle(whole, chosen) {
  const row = whole.querySelector(".choices");
  if (!row) return;
  row.classList.add("settled");
  for (const button of row.children) button.classList.toggle("chosen", button.classList.contains("chosen") || button.dataset.choice === chosen);
}

/** One tick: kept. Two ticks: read by the service. */
export function tick(whole, done) {
  const ticks = whole.querySelector(".ticks");
  if (!ticks || ticks.classList.contains("done") === done) return;
  ticks.classList.toggle("done", done);
  ticks.firstElementChild.setAttribute("href", done ? "#i-ticks" : "#i-tick");
}
