// Good configurations with a few things changed, at random: what comes out is mostly wrong, and nearly right.

import fc from "fast-check";
import { pluginConfigSchema } from "../../policies/schema/published-schemas.js";
import { good } from "./configurations.js";
import { inlineJwks } from "./key-set.js";

/** Every name of a field in the schema, and slips of them. */
const names = [
  ...new Set([...JSON.stringify(pluginConfigSchema).matchAll(/"(\w+)":\{/g)].map((match) => match[1]!)),
  ...["path", "principal", "jwks_uri", "x", "", "__proto__", "https://a", "https://a:99999", "a~b/c"],
];

const values: readonly unknown[] = [
  ...[null, true, false, 0, -0, 1, 60, 60.5, -1, 1_000_000, 1_000_001, 1e300],
  ...[
    "",
    " ",
    "x",
    "*",
    "a*",
    "*a",
    "a*b",
    "**",
    "a/b",
    "a/b/c",
    "/",
    "/a/{*}",
    "/{**}/x",
    "/{*",
    "é",
    "a\nb",
  ],
  ...["https://idp.example.com", "https://idp.example.com/", "http://a:80", "https://a:0", "https://a:65536"],
  ...["https://", "https://@a", "https://a b", "ftp://a", "https://[::1]/x#y", "https://a?b", "HTTPS://a"],
  ...[
    "https:///",
    "https://:80",
    "https://a#b",
    "https://a|443||b/x",
    "https://u@a/",
    "https://é/",
    "https://a./x",
  ],
  ...["5s", "0s", "0.0001s", "1.s", ".5s", "5", "5m", "1e3s", "9999999999s", "86400.5s", "+1s"],
  ...["host", "Host", "hOsT", "TE", "te", "x-a", "x y", "x:y", "x_y", "-"],
  ...["ALLOW", "DENY", "AUDIT", "CUSTOM", "allow", "auto", "wasm"],
  ...[
    "10.0.0.0/8",
    "10.0.0.0/33",
    "1.2.3",
    "1.2.3.4",
    "::1%eth0",
    "::1%",
    "::/0",
    "1.2.3.4%a",
    ":",
    "::1%a/b",
  ],
  ...["80", "65535", "65536", "000080", "0000065536", "-1", "80 "],
  ...[
    "source.ip",
    "request.headers[a]",
    "request.headers[]",
    "request.headers[a",
    "request.auth.claims[a][]",
  ],
  ...["request.auth.claims", "experimental.envoy.filters.[a]", "experimental.envoy.filters[a]", "source.ipx"],
  ...[inlineJwks, "{}", '{"keys":[]}', "[]"],
  ...[[], [""], ["a"], [null], [1], [[]], [{}], {}, { x: 1 }, { name: "x" }, { source: {} }],
  ...[
    "a".repeat(320),
    "a".repeat(321),
    "é".repeat(161),
    "https://a/".padEnd(2048, "b"),
    "https://a/".padEnd(2049, "b"),
  ],
  ...[Array.from({ length: 17 }, () => "a"), Array.from({ length: 513 }, () => ({}))],
];

type Edit =
  | {
      readonly kind: "replace" | "insert";
      readonly at: number;
      readonly name: string;
      readonly value: unknown;
    }
  | { readonly kind: "delete" | "copy"; readonly at: number; readonly from: number }
  | { readonly kind: "rename"; readonly at: number; readonly name: string };

const at = fc.nat(10_000);
const name = fc.constantFrom(...names);
const value = fc.constantFrom(...values);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constantFrom("replace" as const, "insert" as const), at, name, value }),
  fc.record({ kind: fc.constantFrom("delete" as const, "copy" as const), at, from: at }),
  fc.record({ kind: fc.constant("rename" as const), at, name }),
);

/** A configuration, good but for the edits. */
export const mutated: fc.Arbitrary<unknown> = fc
  .record({
    base: fc.constantFrom(...Object.values(good)),
    edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
  })
  .map(({ base, edits }) => edits.reduce(apply, structuredClone(base)));

/** A list or object, and one of its members. */
interface Place {
  readonly container: Record<string, unknown>;
  readonly key: string;
}

function apply(root: unknown, change: Edit): unknown {
  const holder = { root };
  const places = placesIn(holder);
  const { container, key } = places[change.at % places.length]!;
  switch (change.kind) {
    case "replace":
      container[key] = structuredClone(change.value);
      break;
    case "insert":
      insert(container[key], change.name, structuredClone(change.value));
      break;
    case "copy": {
      const source = places[change.from % places.length]!;
      container[key] = structuredClone(source.container[source.key]);
      break;
    }
    case "delete":
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else if (container !== holder) Reflect.deleteProperty(container, key);
      break;
    case "rename":
      if (!Array.isArray(container) && container !== holder) {
        const member = container[key];
        Reflect.deleteProperty(container, key);
        insert(container, change.name, member);
      }
  }
  return holder.root;
}

function insert(into: unknown, name: string, member: unknown): void {
  if (Array.isArray(into)) into.push(member);
  else if (typeof into === "object" && into !== null) {
    Object.defineProperty(into, name, {
      value: member,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}

function placesIn(container: object): Place[] {
  return Object.entries(container).flatMap(([key, member]: [string, unknown]) => [
    { container: container as Record<string, unknown>, key },
    ...(typeof member === "object" && member !== null ? placesIn(member) : []),
  ]);
}
