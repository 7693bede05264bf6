// The schemas of those who read our manifests, closed: what a schema does not name is a mistake here, while an API server
// drops it without a word.
import { readFileSync, readdirSync } from "node:fs";
import Ajv from "ajv";

const folder = new URL("schemas/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

// What an API server checks beyond its schema, by the name of the field.
const ENUMERATIONS = {
  imagePullPolicy: ["Always", "IfNotPresent", "Never"],
  pathType: ["Exact", "ImplementationSpecific", "Prefix"],
  policyTypes: ["Egress", "Ingress"],
  protocol: ["SCTP", "TCP", "UDP"],
  restartPolicy: ["Always", "Never", "OnFailure"],
};
const STRATEGIES = ["Recreate", "RollingUpdate"];
const SECCOMP = ["Localhost", "RuntimeDefault", "Unconfined"];

/// Refuses what no schema names, wherever it stands. `isPatch`: a patch has to name nothing.
function close(schema, isPatch = false) {
  if (Array.isArray(schema)) return schema.map((one) => close(one, isPatch));
  if (schema === null || typeof schema !== "object") return schema;
  const closed = {};
  for (const [key, value] of Object.entries(schema)) {
    if (["properties", "definitions", "patternProperties"].includes(key)) {
      closed[key] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, close(one, isPatch)]));
    } else if (key === "required") {
      if (!isPatch) closed.required = value;
    } else {
      closed[key] = ["enum", "default"].includes(key) ? value : close(value, isPatch);
    }
  }
  for (const [name, values] of Object.entries(ENUMERATIONS)) {
    const field = closed.properties?.[name];
    if (field?.type === "string") field.enum ??= values;
    if (field?.type === "array") field.items.enum ??= values;
  }
  const isObject = closed.properties || closed.type === "object";
  const isOpen = "additionalProperties" in closed || "$ref" in closed || closed["x-kubernetes-preserve-unknown-fields"];
  if (isObject && !isOpen) closed.additionalProperties = false;
  return closed;
}

/// By `apiVersion kind`: what tells the mistakes of such a manifest.
export function kubernetes({ isPatch = false } = {}) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "compose.json");
  const kinds = {};
  let definitions = {};
  for (const file of files.map(read)) {
    Object.assign(kinds, file.kinds);
    definitions = { ...definitions, ...file.definitions };
  }
  definitions = close(definitions, isPatch);
  definitions["io.k8s.api.apps.v1.DeploymentStrategy"].properties.type.enum = STRATEGIES;
  definitions["io.k8s.api.core.v1.SeccompProfile"].properties.type.enum = SECCOMP;
  const validators = {};
  for (const [kind, schema] of Object.entries(kinds)) {
    const closed = close(schema, isPatch);
    const [version, name] = kind.split(" ");
    if (closed.properties) {
      // A resource of somebody else's leaves these to the API server.
      closed.properties.apiVersion = { const: version };
      closed.properties.kind = { const: name };
      closed.properties.metadata = { $ref: "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" };
    }
    closed.definitions = definitions;
    validators[kind] = validator(closed);
  }
  return (document) => {
    const kind = `${document?.apiVersion} ${document?.kind}`;
    return validators[kind] ? validators[kind](document) : [`there is no schema for ${kind}`];
  };
}

/// Tells the mistakes of a Compose file.
export function compose() {
  return validator(close(read("compose.json")));
}

// What our own kustomizations use of kustomize.
export const kustomization = validator({
  type: "object",
  required: ["apiVersion", "kind", "resources"],
  additionalProperties: false,
  properties: {
    apiVersion: { const: "kustomize.config.k8s.io/v1beta1" },
    kind: { const: "Kustomization" },
    namespace: { type: "string" },
    resources: { type: "array", items: { type: "string" } },
    patches: {
      type: "array",
      items: {
        type: "object",
        required: ["path"],
        additionalProperties: false,
        properties: { path: { type: "string" } },
      },
    },
  },
});

// What our own collector file uses of sql_exporter, whose configuration has no schema: it refuses any other key.
const NAME = { type: "string", pattern: "^[a-z_]+$" };
export const collector = validator(close({
  type: "object",
  required: ["collector_name", "metrics", "queries"],
  properties: {
    collector_name: NAME,
    min_interval: { type: "string", pattern: "^([0-9]+(ms|s|m|h))+$" },
    metrics: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["metric_name", "type", "help", "values", "query_ref"],
        properties: {
          metric_name: NAME,
          type: { enum: ["counter", "gauge"] },
          help: { type: "string", minLength: 1 },
          key_labels: { type: "array", items: NAME, uniqueItems: true },
          // More than one value wants a label that tells them apart.
          values: { type: "array", items: NAME, minItems: 1, maxItems: 1 },
          query_ref: NAME,
        },
      },
    },
    queries: {
      type: "array",
      items: {
        type: "object",
        required: ["query_name", "query"],
        properties: { query_name: NAME, query: { type: "string", minLength: 1 } },
      },
    },
  },
}));

function validator(schema) {
  const { $schema, $id, ...rest } = schema;
  const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(rest);
  return (document) =>
    validate(document) ? [] : validate.errors.map((error) => `${error.instancePath || "/"} ${error.message}`);
}
