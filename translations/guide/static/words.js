// Above the results of the site's search: the entry that answers the question in R users' words. The rule is that of asked.py,
// whose tables and stems come in words_data.js.
"use strict";

function wordsStem(word, data) {
  for (const ending of data.endings) {
    if (!word.endsWith(ending) || word.length - ending.length < 4) continue;
    const found = word.slice(0, word.length - ending.length);
    const doubled = data.doubling.includes(ending) && found.at(-1) === found.at(-2) && found.length > 4;
    return doubled ? found.slice(0, -1) : found;
  }
  return word.length === 4 && word.endsWith("s") ? word.slice(0, -1) : word;
}

function wordsOf(text, data) {
  const found = new Set();
  const lower = text.toLowerCase();
  for (const word of lower.replaceAll("'s ", " ").replaceAll("-", " ").match(new RegExp(data.word, "g")) || []) {
    for (let piece of /[._]/.test(word) ? [word, ...word.split(/[._]/)] : [word]) {
      if (Object.hasOwn(data.alike, piece)) piece = data.alike[piece];
      if (piece && !data.said_by_all.includes(piece)) found.add(wordsStem(piece, data));
    }
  }
  const same = (word) => wordsStem(Object.hasOwn(data.alike, word) ? data.alike[word] : word, data);
  for (const [, one, other] of lower.matchAll(new RegExp(data.to, "g"))) found.add(`${same(one)}>${same(other)}`);
  return found;
}

function wordsOneSlip(one, other) {
  if (Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at += 1;
  const [a, b] = [one.slice(at), other.slice(at)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1)
    || (a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
}

function wordsAsked(question, data) {
  const known = Object.keys(data.weights).filter((one) => one);
  const letters = (one) => one.length > 4 && /^[a-z]+$/.test(one);
  const mended = (word) => {
    if (Object.hasOwn(data.weights, word) || !letters(word)) return word;
    const near = known.filter((one) => one[0] === word[0] && letters(one) && wordsOneSlip(word, one));
    const weight = data.weights;
    return near.length ? near.sort((a, b) => weight[a] - weight[b] || (a < b ? -1 : 1))[0] : word;
  };
  const found = new Set([...wordsOf(question, data)].map(mended));
  const words = question.toLowerCase().match(/[a-z0-9]+/g) || [];
  for (let at = 1; at < words.length; at += 1) {
    const both = words[at - 1] + words[at];
    const joined = wordsStem(Object.hasOwn(data.alike, both) ? data.alike[both] : both, data);
    if (Object.hasOwn(data.weights, joined)) found.add(joined);
  }
  return found;
}

function wordsOnlyFunction(question, data) {
  const said = question.split(/\s+/).filter((one) => one)
    .map((one) => one.replace(/^[?!,;:.()`'"]+|[?!,;:.()`'"]+$/g, "").split("::").at(-1));
  const around = [...data.said_by_all, ...data.around];
  const telling = said.filter((one) => one && !around.includes(one.toLowerCase()) && !around.includes(one));
  const alone = telling.length === 1 && said.length > 1 ? telling[0] : "";
  return /[._A-Z0-9]/.test(alone) || data.lme4.includes(alone) ? alone : "";
}

function wordsAnswers(question, data, most) {
  const spelled = question.match(new RegExp(data.spelled));
  const name = spelled ? spelled[2] : question;
  if (Object.hasOwn(data.functions, name)) return data.functions[name].slice(0, most).map((at) => data.entries[at]);
  const assigns = name.endsWith("<-") && name !== "<-" && name !== "<<-";
  if (assigns || new RegExp(data.signs).test(name)) return [];
  if (!name.includes(" ") && data.known.includes(` ${name} `)) return [];
  const alone = wordsOnlyFunction(question, data);
  if (alone && Object.hasOwn(data.functions, alone)) return data.functions[alone].slice(0, most).map((at) => data.entries[at]);
  const length = (stems) => {
    let total = 0;
    for (const one of stems) total += (Object.hasOwn(data.weights, one) ? data.weights[one] : data.weights[""]) ** 2;
    return Math.sqrt(total);
  };
  const stems = wordsAsked(question, data);
  if (!stems.size) return [];
  const asked = length(stems);
  const both = (phrase) => length(phrase.filter((one) => stems.has(one)));
  const scored = [];
  data.entries.forEach((entry, at) => {
    const best = Math.max(...entry.phrases.map((phrase) => both(phrase) ** 2 / (asked * length(phrase))));
    const all = [...new Set(entry.phrases.flat())];
    const score = Math.round(1e9 * (best + data.further * (both(all) / asked) ** 2)) / 1e9;
    if (score >= data.enough) scored.push({ score, at, entry });
  });
  scored.sort((a, b) => b.score - a.score || a.at - b.at);
  return scored.slice(0, most).map((one) => one.entry);
}

function wordsShow(question, data) {
  const place = document.querySelector("#search-results");
  const found = wordsAnswers(question, data, 4);
  if (!place || !found.length) return;
  const box = document.createElement("section");
  box.className = "words-answer";
  const [first, ...others] = found;
  const head = box.appendChild(document.createElement("h2"));
  const link = head.appendChild(document.createElement("a"));
  link.href = first.page;
  link.textContent = first.title;
  for (const [name, code] of [["R", first.r], ["Python", first.python]]) {
    if (!code) continue;
    const title = box.appendChild(document.createElement("p"));
    title.textContent = name;
    const block = box.appendChild(document.createElement("pre"));
    block.tabIndex = 0;
    block.textContent = code;
  }
  if (first.bites) box.appendChild(document.createElement("p")).textContent = first.bites;
  if (others.length) {
    const more = box.appendChild(document.createElement("p"));
    more.append("See also ");
    others.forEach((one, at) => {
      const further = document.createElement("a");
      further.href = one.page;
      further.textContent = one.title;
      more.append(at ? ", " : "", further);
    });
  }
  place.before(box);
}

document.addEventListener("DOMContentLoaded", () => {
  const question = new URLSearchParams(window.location.search).get("q");
  if (question && typeof WORDS !== "undefined" && document.querySelector("#search-results")) wordsShow(question, WORDS);
});
