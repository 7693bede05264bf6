// Every mistake of one kind that somebody can make in a manifest, each made by itself.

/// Copies of a document with one mistake each: a key with a letter too much, a key too much, a value of a wrong type.
/// Keys below one of `free` are anybody's words (labels), so that a mistake there is none.
export function* mistakes(document, free) {
  for (const { path, value } of places(document)) {
    const parent = path.at(-2);
    const isWord = free.has(parent);
    const name = path.at(-1);
    if (typeof name === "string" && !isWord) {
      yield { what: `${path.join(".")} misspelt`, document: changed(document, path, (object, key) => {
        object[`${key}e`] = object[key];
        delete object[key];
      }) };
    }
    if (isObject(value) && !free.has(name)) {
      yield { what: `${path.join(".")} with a key too much`, document: changed(document, path, (object, key) => {
        object[key] = { ...object[key], unheardOf: "x" };
      }) };
    }
    yield { what: `${path.join(".")} of a wrong type`, document: changed(document, path, (object, key) => {
      object[key] = isObject(value) || Array.isArray(value) ? 12.5 : [[{}]];
    }) };
  }
}

function* places(value, path = []) {
  if (path.length > 0) yield { path, value };
  const entries = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : [];
  for (const [key, inner] of entries) yield* places(inner, [...path, key]);
}

function changed(document, path, change) {
  const copy = structuredClone(document);
  const holder = path.slice(0, -1).reduce((inner, key) => inner[key], copy);
  change(holder, path.at(-1));
  return copy;
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
