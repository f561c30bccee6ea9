// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs a test file on MicroPython and prints TAP: node micropython.mjs ROOT TEST.py [PROGRAM]
// Every test function gets an interpreter of its own, with the scripts of ROOT/firmware in /firmware, the fakes before
// the built-in modules, and what PROGRAM prints in /program.txt.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";

const HEAP = 8 * 1024 * 1024;

const [root, testFile, program] = process.argv.slice(2);
const tests = join(root, "tests", "firmware");
const moduleName = basename(testFile, ".py");

function filesOf(folder, suffix) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => [name, readFileSync(join(folder, name))]);
}

const programOutput = program ? execFileSync(program, { maxBuffer: 64 * 1024 * 1024 }) : null;
const files = {
  "/firmware": filesOf(join(root, "firmware"), ".py"),
  "/firmware/legacy": filesOf(join(root, "firmware", "legacy"), ".py"),
  "/fakes": filesOf(join(tests, "fakes"), ".py"),
  "/tests": filesOf(tests, ".py"),
};

async function boot() {
  const print = (line) => console.log(`# ${line}`);
  const micropython = await loadMicroPython({ heapsize: HEAP, stdout: print, stderr: print });
  for (const [folder, contents] of Object.entries(files)) {
    micropython.FS.mkdir(folder);
    for (const [name, bytes] of contents) micropython.FS.writeFile(`${folder}/${name}`, bytes);
  }
  if (programOutput) micropython.FS.writeFile("/program.txt", programOutput);
  micropython.FS.mkdir("/card");
  micropython.runPython('import sys\nsys.path[:0] = ["/fakes", "/tests"]\nimport harness');
  return micropython.pyimport("harness");
}

const names = (await boot()).tests_of(moduleName).split(" ");
console.log(`1..${names.length}`);
let failed = 0;
for (const [index, name] of names.entries()) {
  let complaint;
  try {
    complaint = (await boot()).run_test(moduleName, name);
  } catch (error) {
    complaint = `the interpreter failed: ${error.message}`;
  }
  if (complaint) failed += 1;
  console.log(`${complaint ? "not ok" : "ok"} ${index + 1} - ${name}`);
  if (complaint) console.log(complaint.trimEnd().replace(/^/gm, "# "));
}
process.exitCode = failed ? 1 : 0;
