// Uses the page of `export html` in a headless Chromium, as a reader does: looks, searches, follows links, by keyboard, on a small screen.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import WebSocket from "ws";

const page = pathToFileURL(process.argv[2]).href;
const pictures = process.argv[3];
const profile = mkdtempSync(join(tmpdir(), "page-"));
const options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const browser = spawn("chromium", [...options, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"], {
  stdio: ["ignore", "ignore", "pipe"],
});
const end = (code) => {
  browser.kill("SIGKILL");
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  } catch {}
  process.exit(code);
};
process.on("uncaughtException", (error) => {
  console.error(String(error.message ?? error));
  end(1);
});

const address = await new Promise((found, failed) => {
  let said = "";
  browser.stderr.on("data", (text) => {
    said += text;
    const match = /DevTools listening on (ws:\S+)/.exec(said);
    if (match) found(match[1]);
  });
  browser.on("exit", () => failed(new Error("chromium ended: " + said.slice(-200))));
});
const socket = new WebSocket(address);
await new Promise((opened) => socket.on("open", opened));
let number = 0;
const waiting = new Map();
const requested = [];
const faults = [];
socket.on("message", (text) => {
  const message = JSON.parse(text);
  if (message.id) {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  } else if (message.method === "Network.requestWillBeSent") requested.push(message.params.request.url);
  else if (message.method === "Runtime.exceptionThrown") faults.push(message.params.exceptionDetails.exception?.description);
});
let session;
const call = (method, params = {}) =>
  new Promise((done, failed) => {
    const id = ++number;
    waiting.set(id, (message) => (message.error ? failed(new Error(method + ": " + message.error.message)) : done(message.result)));
    socket.send(JSON.stringify({ id, method, params, sessionId: session }));
  });
const { targetId } = await call("Target.createTarget", { url: "about:blank" });
({ sessionId: session } = await call("Target.attachToTarget", { targetId, flatten: true }));
for (const part of ["Page", "Runtime", "Network"]) await call(part + ".enable");

const evaluate = async (expression) => {
  const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, returnByValue: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
};
const pause = (time) => new Promise((done) => setTimeout(done, time));
const until = async (what, expression) => {
  for (let round = 0; round < 100; round += 1) {
    if (await evaluate(expression)) return;
    await pause(50);
  }
  throw new Error("not so: " + what);
};
let checks = 0;
const check = async (what, expression) => {
  checks += 1;
  await until(what, expression);
};
const press = async (key, text) => {
  await call("Input.dispatchKeyEvent", { type: "keyDown", key, text: text ?? (key.length === 1 ? key : key === "Enter" ? "\r" : undefined), windowsVirtualKeyCode: key === "Enter" ? 13 : undefined });
  await call("Input.dispatchKeyEvent", { type: "keyUp", key });
};
const size = (width, height, mobile = false) =>
  call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile });
const picture = async (name) => {
  if (!pictures) return;
  const { data } = await call("Page.captureScreenshot", { format: "png" });
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(pictures, name + ".png"), Buffer.from(data, "base64"));
};
const go = (hash) => evaluate(`location.hash = ${JSON.stringify(hash)}`);
const rows = "[...document.querySelectorAll('main tbody tr')].filter((row) => !row.hidden).length";

await size(1280, 800);
await call("Page.navigate", { url: page });
await check("the machines are shown", `document.querySelector('main')?.textContent.includes('web01')`);
await check("all six of them", `${rows} === 6`);
await picture("machines");
await press("/");
await check("/ goes to the search", `document.activeElement.id === 'search'`);
for (const letter of "laptop") await press(letter);
await check("the search leaves two", `${rows} === 2`);
await check("and is in the address", `location.hash === '#/machines?laptop'`);
await press("ArrowDown");
await check("the arrow goes to the first", `document.activeElement.textContent === 'jon'`);
await press("ArrowDown");
await press("Enter");
await check("Enter opens the second", `document.querySelector('h2')?.textContent === 'sara'`);
await check("with the layer that won", `document.querySelector('.winner') !== null || document.querySelectorAll('main table').length > 0`);
await picture("machine");
await go("#/instances");
await check("the instances are shown", `document.querySelector('main').textContent.includes('nightly')`);
await picture("instances");
await press("4");
await check("4 opens the matrix", `document.querySelectorAll('.matrix tbody tr').length === 6`);
await check("with members", `document.querySelectorAll('.matrix td a').length > 10`);
await picture("matrix");
await go("#/tag/laptop");
await check("a tag has its machines", `document.querySelector('dd').textContent.includes('jon')`);
await go("#/findings");
await check("findings or none", `document.querySelector('details.finding pre, main p') !== null`);
await picture("findings");
await go("#/machines");
await check("a view that is opened anew forgets the search", `${rows} === 6`);
await size(400, 800, true);
await check("nothing is wider than a small screen", `document.documentElement.scrollWidth <= 400`);
await picture("small");
await go("#/matrix");
await check("nor the matrix", `document.documentElement.scrollWidth <= 400`);
await picture("small-matrix");
await size(1280, 800);
await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
await go("#/machine/web01");
await check("dark is dark", `getComputedStyle(document.body).backgroundColor === 'rgb(13, 17, 23)'`);
await picture("dark");
const foreign = requested.filter((url) => url !== page.split("#")[0] && !url.startsWith("data:"));
if (foreign.length) throw new Error("it asked for " + foreign.join(", "));
if (faults.length) throw new Error(faults.join("; "));
const { product } = await call("Browser.getVersion");
console.log(`${product}: ${checks} checks, nothing loaded`);
end(0);
