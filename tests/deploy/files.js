// The files of deploy/, read as their readers read them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const text = (path) => readFileSync(root + path, "utf8");

/// The documents of a file. Kubernetes reads YAML 1.1, in which `no` is false.
export function documents(path, source = text(path)) {
  return parseAllDocuments(source, { version: "1.1" }).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0].message}`);
    return document.toJS();
  });
}
