import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { documents, root, text } from "./files.js";
import { mistakes } from "./mistakes.js";
import { kubernetes, kustomization } from "./schemas.js";

const folder = "deploy/kubernetes/";
const kustomizations = ["base/", "overlays/keda/", "overlays/otel/"].map((name) => folder + name);
const wrongIn = kubernetes();
const wrongInPatch = kubernetes({ isPatch: true });

// Maps whose keys are anybody's words.
const FREE = new Set(["annotations", "invocationLimits", "labels", "limits", "matchLabels", "requests"]);

const files = kustomizations.flatMap((place) =>
  readdirSync(root + place).filter((name) => name !== "kustomization.yaml").map((name) => place + name));
const patches = new Set(kustomizations.flatMap((place) => {
  const [kustomization] = documents(`${place}kustomization.yaml`);
  return (kustomization.patches ?? []).map((patch) => place + patch.path);
}));
const manifests = files.filter((path) => !patches.has(path)).flatMap((path) =>
  documents(path).map((document) => ({ path, document })));
const ofKind = (kind) => manifests.filter(({ document }) => document.kind === kind).map(({ document }) => document);
const [app] = ofKind("SpinApp");

test("every manifest is what its schema says", () => {
  assert.ok(manifests.length >= 12, `${manifests.length} manifests`);
  for (const { path, document } of manifests) assert.deepEqual(wrongIn(document), [], path);
  for (const path of patches) {
    for (const document of documents(path)) assert.deepEqual(wrongInPatch(withoutNulls(document)), [], path);
  }
});

test("every kustomization names all that is in its folder, and nothing else", () => {
  for (const place of kustomizations) {
    const [document] = documents(`${place}kustomization.yaml`);
    assert.deepEqual(kustomization(document), [], place);
    const own = readdirSync(root + place).filter((name) => name !== "kustomization.yaml").sort();
    const named = [...document.resources, ...(document.patches ?? []).map((patch) => patch.path)];
    assert.deepEqual(named.filter((name) => !name.startsWith("../")).sort(), own, place);
    for (const name of named.filter((name) => name.startsWith("../"))) {
      assert.ok(kustomizations.includes(normalize(`${place}${name}/`)), `${place}: ${name}`);
    }
  }
});

test("a mistake is found wherever it is made", () => {
  let made = 0;
  for (const { path, document } of manifests) {
    for (const mistake of mistakes(document, new Set([...FREE, ...freeIn(document)]))) {
      made += 1;
      assert.notDeepEqual(wrongIn(mistake.document), [], `${path}: ${document.kind} ${mistake.what}`);
    }
  }
  for (const path of patches) {
    for (const document of documents(path).map(withoutNulls)) {
      for (const mistake of mistakes(document, FREE)) {
        made += 1;
        assert.notDeepEqual(wrongInPatch(mistake.document), [], `${path}: ${mistake.what}`);
      }
    }
  }
  console.log(`${made} mistakes were made and found`);
  assert.ok(made > 900, `${made} mistakes`);
});

test("a value that is none of those there are is found", () => {
  for (const [kind, path, value] of [
    ["NetworkPolicy", "spec.policyTypes.0", "Engress"],
    ["NetworkPolicy", "spec.ingress.0.ports.0.protocol", "TPC"],
    ["Ingress", "spec.rules.0.http.paths.0.pathType", "prefix"],
    ["Deployment", "spec.strategy.type", "Rolling"],
    ["Deployment", "spec.template.spec.securityContext.seccompProfile.type", "Default"],
    ["SpinApp", "apiVersion", "core.spinoperator.dev/v1alpha1"],
    ["SpinApp", "spec.replicas", "two"],
    ["SpinApp", "spec.replicas", 1.5],
    ["ScaledObject", "spec.minReplicaCount", "2"],
    ["TriggerAuthentication", "kind", "TriggerAuth"],
  ]) {
    const document = structuredClone(ofKind(kind)[0]);
    const keys = path.split(".");
    const holder = keys.slice(0, -1).reduce((inner, key) => inner[key], document);
    assert.ok(keys.at(-1) in holder, `${kind} ${path}`);
    holder[keys.at(-1)] = value;
    assert.notDeepEqual(wrongIn(document), [], `${kind} ${path} ${value}`);
  }
  assert.throws(() => documents("a key twice", "a: 1\na: 2\n"));
});

test("what a manifest refers to is there", () => {
  const named = (kind, name) => assert.ok(ofKind(kind).some(({ metadata }) => metadata.name === name), `${kind} ${name}`);
  named("SpinAppExecutor", app.spec.executor);
  // The operator gives the app's name to its Deployment and Service, and this label to its pods.
  const labels = [{ "core.spinkube.dev/app-name": app.metadata.name }, { "app.kubernetes.io/name": "valkey" }];
  const isOurs = (label) => labels.some((known) => JSON.stringify(known) === JSON.stringify(label));
  for (const { podSelector, selector, ingress, egress } of [...ofKind("NetworkPolicy"), ...ofKind("PodDisruptionBudget")].map(({ spec }) => spec)) {
    const rules = [...(ingress ?? []).flatMap(({ from }) => from ?? []), ...(egress ?? []).flatMap(({ to }) => to ?? [])];
    const selectors = [podSelector, selector, ...rules.map((rule) => rule.podSelector)].filter(Boolean);
    for (const { matchLabels } of selectors) assert.ok(isOurs(matchLabels), JSON.stringify(matchLabels));
  }
  const [valkey] = ofKind("Deployment");
  assert.deepEqual(valkey.spec.template.metadata.labels["app.kubernetes.io/name"], "valkey");
  assert.deepEqual(ofKind("Service")[0].spec.selector, valkey.spec.selector.matchLabels);
  const [{ spec: ingress }] = ofKind("Ingress");
  assert.deepEqual(ingress.rules[0].http.paths[0].backend.service, { name: app.metadata.name, port: { number: 80 } });
  assert.deepEqual(ingress.tls[0].hosts, ingress.rules.map(({ host }) => host));
  const [{ spec: scaled }] = ofKind("ScaledObject");
  assert.equal(scaled.scaleTargetRef.name, app.metadata.name);
  for (const { authenticationRef } of scaled.triggers) named("TriggerAuthentication", authenticationRef.name);
});

test("secrets have the names of the file that they are made from", () => {
  const example = new Set(text("deploy/linernotes.env.example").match(/SPIN_VARIABLE_\w+(?==)/g));
  const keys = app.spec.variables.map(({ name, valueFrom: { secretKeyRef } }) => {
    assert.equal(secretKeyRef.key, `SPIN_VARIABLE_${name.toUpperCase()}`);
    return secretKeyRef.key;
  });
  assert.deepEqual(new Set(keys), example);
  for (const { key } of ofKind("TriggerAuthentication")[0].spec.secretTargetRef) assert.ok(example.has(key), key);
});

test("KEDA's triggers say what its scaler reads, for every queue", () => {
  const known = ["authMode", "format", "targetValue", "url", "valueLocation"];
  const queues = [];
  for (const { type, metadata } of ofKind("ScaledObject")[0].spec.triggers) {
    assert.equal(type, "metrics-api");
    assert.deepEqual(Object.keys(metadata).sort(), known);
    queues.push(/^linernotes_queue_messages\{queue="(\w+)",state="waiting"\}$/.exec(metadata.valueLocation)?.[1]);
  }
  const registered = new Set(readdirSync(`${root}migrations`).flatMap((name) =>
    [...text(join("migrations", name)).matchAll(/\('(\w+)',\s*'\w+Discovery'|\('(\w+)',\s*'\w+(?:Identification|Enrichment)'/g)])
    .map((match) => match[1] ?? match[2]));
  assert.deepEqual(new Set(queues), registered);
});

test("one call may take less memory than a pod", () => {
  const mebibytes = (quantity) => Number(/^(\d+)Mi$/.exec(quantity)[1]);
  const { invocationLimits, resources } = app.spec;
  assert.ok(mebibytes(invocationLimits.memory) <= mebibytes(resources.limits.memory));
});

const kubectl = ["kubectl", "kustomize"].find((program) => {
  try {
    execFileSync(program, program === "kubectl" ? ["version", "--client"] : ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
test("what kustomize makes of it is valid", { skip: kubectl ? false : "neither kubectl nor kustomize is here" }, () => {
  for (const place of kustomizations) {
    const built = execFileSync(kubectl, [kubectl === "kubectl" ? "kustomize" : "build", root + dirname(`${place}x`)], { encoding: "utf8" });
    const made = documents(place, built);
    for (const document of made) assert.deepEqual(wrongIn(document), [], `${place}: ${document.kind}`);
    const { spec } = made.find(({ kind }) => kind === "SpinApp");
    // The operator refuses an app that has both.
    assert.equal("replicas" in spec, !spec.enableAutoscaling, place);
  }
});

/// What is a map of words in one kind, and has fields of its own in another.
function freeIn(document) {
  return { ScaledObject: ["metadata"], Service: ["selector"] }[document.kind] ?? [];
}

/// A null in a patch takes something away.
function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null).map(([key, one]) => [key, withoutNulls(one)]));
}
