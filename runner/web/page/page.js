// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows /api/status and /api/files, and asks for what the buttons say. Text from the rig only ever becomes text.
"use strict";

const STATUS_EVERY_MS = 1000;
const SILENCE_MS = 5000;
// Browsers open six connections to a host; live pictures may take so many, other cameras send a still a second.
const MAX_LIVE = 4;

const $ = (id) => document.getElementById(id);
const copy = (id) => $(id).content.firstElementChild.cloneNode(true);
const path = (...names) => "/" + names.map(encodeURIComponent).join("/");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let shownRevision = null;
let lastAnswer = 0;
let clockOffset = 0;
let pages = 1;
let lastQuestion = 0;  // about files
let lastRun = "";  // of the rig, and of its file

// ---- Numbers as people read them

function bytes(count) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (count >= 1000 && unit < units.length - 1) { count /= 1000; ++unit; }
  return `${unit && count < 10 ? count.toFixed(1) : Math.round(count)} ${units[unit]}`;
}

function span(ms) {
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.round((s % 86400) / 3600)} h`;
}

const ago = (ms) => (ms === null ? "never" : `${span(Math.max(0, Date.now() + clockOffset - ms))} ago`);
const count = (n, what) => `${n.toLocaleString()} ${what}${n === 1 ? "" : "s"}`;

function when(ms) {
  const time = new Date(ms);
  const today = time.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "short" };
  return time.toLocaleString([], { ...day, hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

// ---- Elements that stay as long as what they show

// Keeps one child of `parent` for each item: made by `make` once, brought up to date by `update`. Of items with the same
// key each has its own.
function keep(parent, items, keyOf, make, update) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const seen = new Map();
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(keyOf(item));
    seen.set(name, (seen.get(name) || 0) + 1);
    const key = `${seen.get(name)} ${name}`;
    let child = old.get(key);
    old.delete(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    if (child !== place) parent.insertBefore(child, place);
    else place = place.nextElementSibling;
    update(child, item);
  }
  for (const child of old.values()) child.remove();
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setFacts(list, facts) {
  keep(list, facts, ([name]) => name, () => {
    const row = document.createElement("div");
    row.append(document.createElement("dt"), document.createElement("dd"));
    return row;
  }, (row, [name, value, bad]) => {
    setText(row.children[0], name);
    setText(row.children[1], value);
    row.classList.toggle("bad", Boolean(bad));
  });
}

function setOptional(element, text) {
  element.hidden = !text;
  setText(element, text || "");
}

function say(text) {
  $("said").textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { $("said").textContent = ""; }, 5000);
}

async function ask(method, url) {
  const response = await fetch(url, { method, headers: { "X-Omv-Origin": "page" } });
  if (response.status === 401) location.href = "/login";
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

async function tell(method, url, done) {
  try {
    say(done(await ask(method, url)));
  } catch (error) {
    say(error.message);
  }
  return update();
}

// ---- Cameras

function setPicture(card, camera, live) {
  const image = card.querySelector("img");
  const shown = camera.state === "running" && !camera.preview_problem ? (live ? "live" : "still") : "none";
  setText(card.querySelector(".picture .none"), camera.preview_problem || "no picture");
  const liveUrl = path("api", "cameras", camera.name, "live.mjpg");
  if (shown !== image.dataset.shown) {
    image.dataset.shown = shown;
    const link = card.querySelector(".picture");
    for (const [name, value] of [["href", liveUrl], ["aria-label", image.alt]])
      if (shown === "none") link.removeAttribute(name);
      else link.setAttribute(name, value);
    if (shown === "live") image.src = liveUrl;
    if (shown === "none") image.removeAttribute("src");
  }
  if (shown === "still") image.src = `${path("api", "cameras", camera.name, "picture.jpg")}?${Date.now()}`;
}

// A stream that has broken off says nothing: its last picture would stay.
function forgetPictures() {
  for (const image of $("cameras").querySelectorAll("img")) {
    image.dataset.shown = "";
    image.removeAttribute("src");
  }
}

function setRing(item, ring) {
  const bar = item.querySelector(".bar");
  bar.hidden = !ring;
  if (!ring) return;
  const full = ring.wanted_ms ? Math.min(1, ring.duration_ms / ring.wanted_ms) : Math.min(1, ring.bytes / ring.max_bytes);
  const percent = Math.round(full * 100);
  bar.setAttribute("aria-valuenow", percent);
  bar.setAttribute("aria-label", `ring ${percent} % filled`);
  bar.firstElementChild.style.width = `${percent}%`;
  bar.classList.toggle("ready", percent >= 98);
}

function recordNote(record) {
  const lost = record.lost ? `, ${count(record.lost, "frame")} lost` : "";
  if (record.ring)
    return `${span(record.ring.duration_ms)} and ${bytes(record.ring.bytes)} of ${bytes(record.ring.max_bytes)} in memory${lost}`;
  return `${count(record.files, "file")}, ${bytes(record.bytes)}${lost}`;
}

function recordState(record, camera) {
  if (record.state !== "idle") return record.state.replace("-", " ");
  if (camera.state !== "running") return "waits for the camera";
  return record.ring ? "armed" : "idle";
}

function updateRecord(item, record, camera) {
  setText(item.querySelector(".name"), record.name);
  const state = item.querySelector(".state");
  setText(state, recordState(record, camera));
  state.dataset.state = record.state;
  setOptional(item.querySelector(".problem"), record.message);
  setRing(item, record.ring);
  setText(item.querySelector(".note"), recordNote(record));
}

function makeCamera(camera) {
  const card = copy("camera-template");
  setText(card.querySelector("h3"), camera.name);
  const image = card.querySelector("img");
  image.alt = `live picture of ${camera.name}`;
  image.addEventListener("error", () => { image.dataset.shown = ""; image.removeAttribute("src"); });
  return card;
}

function updateCamera(card, camera, status, live) {
  const state = card.querySelector(".state");
  setText(state, camera.state);
  state.dataset.state = camera.state;
  setPicture(card, camera, live);
  setFacts(card.querySelector("dl"), [
    ["Rate", `${camera.frame_rate.toFixed(1)} /s`],
    ["Data", `${bytes(camera.byte_rate)}/s`],
    ["Picture", camera.width ? `${camera.width}×${camera.height} ${camera.format}` : "–"],
    ["Frames", camera.frames.toLocaleString()],
    ["Dropped", camera.dropped.toLocaleString(), camera.dropped],
    ["Restarts", camera.restarts.toLocaleString(), camera.restarts],
  ]);
  setOptional(card.querySelector(".message"), camera.message);
  const records = status.records.filter((record) => record.camera === camera.name);
  keep(card.querySelector(".records"), records, (record) => record.name, () => copy("record-template"),
    (item, record) => updateRecord(item, record, camera));
}

function updateCameras(status) {
  const seen = status.cameras.filter((camera) => camera.state === "running" && !camera.preview_problem);
  const live = new Set(calm.matches || document.hidden ? [] : seen.slice(0, MAX_LIVE).map((camera) => camera.name));
  keep($("cameras"), status.cameras, (camera) => camera.name, makeCamera,
    (card, camera) => updateCamera(card, camera, status, live.has(camera.name)));
}

// ---- Triggers, disk, events

function updateTriggers(triggers) {
  keep($("triggers"), triggers, (trigger) => trigger.name, (trigger) => {
    const button = copy("trigger-template");
    setText(button.querySelector("b"), trigger.name);
    button.addEventListener("click", () => tell("POST", path("trigger", trigger.name), (answer) =>
      answer.result === "taken" ? `${trigger.name} raised` : `${trigger.name}: too soon after the last time, ignored`));
    return button;
  }, (button, trigger) => {
    setText(button.querySelector("small"), `${trigger.type} · ${trigger.raised.toLocaleString()}× · ${ago(trigger.last_ms)}`);
  });
}

function updateDisk(disk, hooks) {
  const part = (value) => `${disk.total ? Math.min(100, (100 * value) / disk.total) : 0}%`;
  const bar = $("disk-bar");
  const used = disk.total - disk.free;
  bar.querySelector(".ours").style.width = part(disk.bytes);
  bar.querySelector(".used").style.width = part(Math.max(0, used - disk.bytes));
  bar.setAttribute("aria-valuenow", disk.total ? Math.round((100 * used) / disk.total) : 0);
  bar.classList.toggle("low", !disk.writable || (disk.min_free > 0 && disk.free < disk.min_free));
  for (const [name, value] of [["min", disk.min_free], ["stop", disk.stop_free]]) {
    const mark = bar.querySelector(`.${name}`);
    mark.hidden = !value;
    mark.style.right = part(value);
  }
  setFacts($("disk"), [
    ["Free", `${bytes(disk.free)} of ${bytes(disk.total)}`, !disk.writable],
    ["Recordings", `${count(disk.files, "file")}, ${bytes(disk.bytes)}`],
    ["Deleted by limits", disk.deleted.toLocaleString()],
    ["Oldest go below", disk.min_free ? bytes(disk.min_free) : "–"],
    ["Writing stops below", disk.stop_free ? bytes(disk.stop_free) : "–"],
    ["Waiting for hooks", hooks.waiting.toLocaleString()],
    ["Hooks given up", hooks.given_up.toLocaleString(), hooks.given_up],
  ]);
}

// Events name files by their whole path.
function updateEvents(events, directory) {
  keep($("events"), events, (event) => `${event.time_ms} ${event.name} ${event.text}`, (event) => {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.dateTime = new Date(event.time_ms).toISOString();
    time.textContent = when(event.time_ms);
    const name = document.createElement("b");
    name.textContent = event.name;
    item.append(time, name, event.text.replaceAll(`${directory}/`, ""));
    item.className = event.level;
    return item;
  }, () => {});
}

// ---- Recordings

function setPin(button, pinned) {
  button.setAttribute("aria-pressed", String(pinned));
  setText(button, pinned ? "Pinned" : "Pin");
}

function makeFile(file) {
  const item = copy("file-template");
  const url = path("api", "files", String(file.id));
  setText(item.querySelector(".length"), file.duration_ms ? span(file.duration_ms) : "");
  setText(item.querySelector(".when"), when(file.time_ms));
  setText(item.querySelector(".who"), [file.camera, file.record, file.trigger].filter(Boolean).join(" · "));
  setText(item.querySelector(".facts-line"), [bytes(file.bytes), file.frames ? count(file.frames, "frame") : ""].filter(Boolean).join(" · "));
  setOptional(item.querySelector(".loss"), file.lost ? `${count(file.lost, "frame")} lost` : "");
  const download = item.querySelector(".download");
  if (file.media_type) download.href = `${url}/content`;
  else download.remove();
  download.setAttribute("aria-label", `Download ${file.name}`);
  item.querySelector(".pin").setAttribute("aria-label", `Pin ${file.name}`);
  item.querySelector(".delete").setAttribute("aria-label", `Delete ${file.name}`);
  item.title = file.name;
  wireFile(item, file, url);
  return item;
}

function wireFile(item, file, url) {
  const pin = item.querySelector(".pin");
  pin.addEventListener("click", () => {
    const pinned = pin.getAttribute("aria-pressed") === "true";
    tell(pinned ? "DELETE" : "PUT", `${url}/pin`, () => `${file.name} ${pinned ? "unpinned" : "pinned: no limit deletes it"}`);
  });
  item.querySelector(".delete").addEventListener("click", () => {
    if (confirm(`Delete ${file.name}?`)) deleteFile(item, file, url);
  });
  item.querySelector(".thumb").addEventListener("click", () => showLarge(file, url));
  item.querySelector("img").addEventListener("load", (event) => { if (calm.matches) freeze(event.target); });
}

// The next one gets the focus, not the beginning of the page.
async function deleteFile(item, file, url) {
  const next = item.nextElementSibling || item.previousElementSibling;
  await tell("DELETE", url, () => `${file.name} deleted`);
  if (item.isConnected || document.activeElement !== document.body) return;
  (next?.querySelector(".delete:enabled") || $("files-title")).focus();
}

function showLarge(file, url) {
  const dialog = $("large");
  dialog.querySelector("img").src = `${url}/preview`;
  dialog.querySelector("img").alt = `preview of ${file.name}`;
  setText(dialog.querySelector(".name"), file.name);
  dialog.showModal();
}

// The first picture of an animation, for those who want no motion; it moves when it is opened.
function freeze(image) {
  const still = document.createElement("canvas");
  [still.width, still.height] = [image.naturalWidth, image.naturalHeight];
  still.getContext("2d").drawImage(image, 0, 0);
  image.after(still);
  image.hidden = true;
}

// A preview is made after its clip.
function showPreview(item, file) {
  const image = item.querySelector("img");
  const thumb = item.querySelector(".thumb");
  image.hidden = !file.has_preview || thumb.querySelector("canvas") !== null;
  thumb.disabled = !file.has_preview;
  thumb.classList.toggle("bare", !file.has_preview);
  thumb.setAttribute("aria-label", file.has_preview ? `Show ${file.name}` : `${file.name} has no preview`);
  image.alt = `preview of ${file.name}`;
  if (file.has_preview && !image.getAttribute("src")) image.src = `${path("api", "files", String(file.id))}/preview`;
  setText(item.querySelector(".none"), file.has_preview ? "" : file.type);
}

function updateFile(item, file) {
  showPreview(item, file);
  setPin(item.querySelector(".pin"), file.pinned);
  item.querySelector(".delete").disabled = file.pinned;
}

// False when a later question has overtaken this one.
async function updateFiles() {
  const question = ++lastQuestion;
  const wanted = new URLSearchParams(new FormData($("filter")));
  for (const [name, value] of [...wanted]) if (!value) wanted.delete(name);
  wanted.set("limit", String(Math.min(200, 24 * pages)));
  const page = await ask("GET", `/api/files?${wanted}`);
  if (question !== lastQuestion) return false;
  keep($("files"), page.files, (file) => file.id, makeFile, updateFile);
  $("no-files").hidden = page.files.length > 0;
  $("more").hidden = !page.more || 24 * pages >= 200;
  return true;
}

function fillChoice(name, values) {
  const select = $("filter").elements[name];
  const known = new Set([...select.options].map((option) => option.value));
  for (const value of new Set(values)) if (!known.has(value)) select.append(new Option(value, value));
}

// ---- All of it, once a second

function updateTop(status) {
  document.title = `${status.ok ? "" : "⚠ "}${status.rig} – rig`;
  setText($("rig"), status.rig);
  setText($("uptime"), `up ${span(status.now_ms - status.started_ms)}`);
  setText($("version"), `omv ${status.version}`);
  const recording = status.records.filter((record) => record.state === "recording").length;
  setText($("health"), status.ok ? (recording ? `recording ${recording}` : "all is well") : count(status.problems.length, "problem"));
  $("health").dataset.state = status.ok ? "ok" : "bad";
  $("logout").hidden = !status.token_needed;
  setSilent(false);
  $("problems").hidden = status.ok;
  keep($("problems"), status.problems, (problem) => problem, () => document.createElement("li"),
    (item, problem) => setText(item, problem));
}

// What is on show may be wrong by now, and nothing that is pressed would be heard.
function setSilent(is) {
  $("main").inert = is;
  $("silence").hidden = !is;
  if (!is) return;
  setText($("health"), "the rig does not answer");
  $("health").dataset.state = "bad";
  setText($("uptime"), "");
  document.title = document.title.replace(/^(⚠ )?/, "⚠ ");
  setText($("silence"), `The rig has not answered since ${when(lastAnswer)}; what is below is from then. It is asked again each second.`);
}

async function update() {
  try {
    const status = await ask("GET", "/api/status");
    lastAnswer = Date.now();
    clockOffset = status.now_ms - lastAnswer;
    const thisRun = `${status.started_ms} ${status.reloads}`;
    if (thisRun !== lastRun) forgetPictures();
    lastRun = thisRun;
    updateTop(status);
    updateCameras(status);
    updateTriggers(status.triggers);
    updateDisk(status.disk, status.hooks);
    updateEvents(status.events, status.disk.directory);
    fillChoice("camera", status.cameras.map((camera) => camera.name));
    fillChoice("record", status.records.map((record) => record.name));
    if (status.files_revision !== shownRevision) {
      if (await updateFiles()) shownRevision = status.files_revision;
    }
  } catch (error) {
    forgetPictures();
    if (Date.now() - lastAnswer >= SILENCE_MS && lastAnswer) setSilent(true);
  }
}

async function run() {
  await update();
  setTimeout(run, document.hidden ? 10 * STATUS_EVERY_MS : STATUS_EVERY_MS);
}

function showPages(wanted) {
  pages = wanted;
  shownRevision = null;
  ++lastQuestion;  // what is on its way answers another one
  update();
}

$("large").addEventListener("close", () => $("large").querySelector("img").removeAttribute("src"));
$("filter").addEventListener("change", () => showPages(1));
$("more").addEventListener("click", () => showPages(pages + 1));
document.addEventListener("visibilitychange", update);
run();
