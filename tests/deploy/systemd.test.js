import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { root, text } from "./files.js";

const folder = mkdtempSync(join(tmpdir(), "linernotes-units-"));
after(() => rmSync(folder, { recursive: true }));
const units = readdirSync(`${root}deploy/systemd`);

// The units name programs that need not be here; another one stands for them.
const PROGRAMS = /\/usr\/(local\/)?bin\/(spin|redis-server)\b/g;

/// What systemd has to say of the units, one of them changed.
function verify(changed, change) {
  for (const unit of units) {
    const source = text(`deploy/systemd/${unit}`).replace(PROGRAMS, "/bin/true");
    writeFileSync(join(folder, unit), unit === changed ? change(source) : source);
  }
  const { stderr, error } = spawnSync("systemd-analyze", ["verify", ...units.map((unit) => join(folder, unit))], { encoding: "utf8" });
  if (error) throw error;
  // It goes on to units that it finds on this machine; those are not ours.
  return stderr.split("\n").filter((line) => line.includes("linernotes"));
}

const isHere = spawnSync("systemd-analyze", ["--version"]).status === 0;
test("systemd has nothing to say of the units", { skip: isHere ? false : "systemd-analyze is not here" }, () => {
  assert.equal(units.length, 4);
  assert.deepEqual(verify(), []);
});

test("systemd names a mistake in a unit", { skip: isHere ? false : "systemd-analyze is not here" }, () => {
  for (const [unit, right, wrong] of [
    ["linernotes.service", "ProtectHome=", "ProtectHomes="],
    ["linernotes.service", "Restart=always", "Restart=ever"],
    ["linernotes-redis.service", "[Service]", "[Servise]"],
    ["linernotes-redis-watch.timer", "OnActiveSec=30s", "OnActiveSec=soon"],
    ["linernotes-redis-watch.service", "ExecStart=/bin/sh", "ExecStart=bin/sh"],
  ]) {
    const said = verify(unit, (source) => source.replace(right, wrong));
    assert.ok(said.some((line) => line.includes(unit)), `${wrong}: ${said.join("; ")}`);
  }
});
