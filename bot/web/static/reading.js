// Sends what is typed to be read, a moment after the last letter, and shows which words decided.
const PAUSE = 350;
const typed = document.querySelector("#typed");
const result = document.querySelector("#result");
const failed = document.querySelector("#failed");
let waiting = 0;
let latest = 0;

const made = (tag, text = "") => Object.assign(document.createElement(tag), { textContent: text });

const word = ({ text, weight }) => {
  if (!weight) return document.createTextNode(text);
  const mark = made("mark", text);
  mark.dataset.weight = weight;
  return mark;
};

const likely = ({ name, field, score }) => {
  const item = made("li");
  const title = made("span", `${name} `);
  title.append(made("small", field));
  const meter = Object.assign(document.createElement("meter"), { min: 0, max: 100, value: score });
  item.append(title, made("b", `${score}%`), meter);
  return item;
};

const fact = ({ name, value }) => {
  const pair = made("div");
  pair.append(made("dt", name), made("dd", value));
  return pair;
};

const show = (read) => {
  document.querySelector("#kind").textContent = read.kind;
  document.querySelector("#words").replaceChildren(...read.parts.map(word));
  document.querySelector("#first").replaceChildren(...read.first.map(likely));
  document.querySelector("#facts").replaceChildren(...read.facts.map(fact));
  result.hidden = false;
};

const ask = async () => {
  const number = ++latest;
  const text = typed.value;
  if (!text.trim()) {
    result.hidden = true;
    return;
  }
  try {
    const answer = await fetch("/api/simulator/reading", { method: "POST", body: JSON.stringify({ text }) });
    if (!answer.ok) throw new Error(answer.statusText);
    const read = await answer.json();
    if (number === latest) show(read);
    failed.hidden = true;
  } catch {
    failed.hidden = number !== latest;
  }
};

typed.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
});
if (typed.value) ask();
