// The real Supabase CLI, run on a folder that holds nothing of the checkout but the link to its migrations: the CLI
// keeps notes of its own beside them.

import { execFile } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
/** `supabase/migrations` of the checkout, as the CLI finds it. */
const migrations = realpathSync(join(here, "..", "..", "supabase", "migrations"));
const program = join(here, "node_modules", ".bin", "supabase");

/** The versions of the migrations, oldest first. */
export function versions() {
  return readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .map((name) => name.split("_")[0])
    .sort();
}

/**
 * Runs `supabase …` on the database and returns its exit status and what it said, as JSON and as text.
 * @param {string} database_url
 * @param {string[]} args
 */
export async function supabase(database_url, ...args) {
  const folder = mkdtempSync(join(tmpdir(), "linernotes-cli-"));
  try {
    mkdirSync(join(folder, "supabase"));
    symlinkSync(migrations, join(folder, "supabase", "migrations"));
    return await supabaseIn(folder, database_url, args);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The same in a project's folder, which holds `supabase/`.
 * @param {string} folder
 * @param {string} database_url
 * @param {string[]} args
 * @param {Record<string, string>} variables of the environment, beside ours
 */
export async function supabaseIn(folder, database_url, args, variables = {}) {
  const format = args[0] === "gen" ? [] : ["--output-format", "json"];
  const command = [...args, `--remote=${database_url}`, "--workdir", folder, ...format];
  // Loopback has no TLS, and the CLI would say so in the middle of its answer.
  const ours = { SUPABASE_TELEMETRY_DISABLED: "1", NO_COLOR: "1", PGSSLMODE: "disable", HOME: folder };
  const options = { env: { ...process.env, ...ours, ...variables }, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 };
  const result = await run(program, command, options).catch((error) => error);
  const said = `${result.stdout}\n${result.stderr}`;
  return { status: result.code ?? 0, json: lastJson(result.stdout), stdout: result.stdout, said };
}

/** The answer is one line of JSON; what stands around it is for people. */
function lastJson(text) {
  for (const line of text.trim().split("\n").reverse()) {
    try {
      return JSON.parse(line);
    } catch {
      // Not this line.
    }
  }
  return undefined;
}
