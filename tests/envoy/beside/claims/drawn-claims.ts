// Conditions on claims, tokens' claims and requests, drawn at random: what Envoy's rbac with CEL is asked beside the filter.

import type { Random } from "../../../seeded/random.js";

/** Lists that are drawn are no longer: CEL conditions have no loops in Envoy, so each element is a term. */
export const LONGEST = 3;
/** The header that claims are compared with. */
export const HEADER = "x-tenant";

export type Scalar = number | string | boolean | null;
export type Comparison = "lessThan" | "atMost" | "moreThan" | "atLeast";
export type Test = { readonly [name in Comparison]?: number } & {
  readonly equals?: Scalar[];
  readonly present?: boolean;
  readonly equalsHeader?: string;
  readonly equalsSegment?: number;
  readonly equalsPath?: string;
};
export interface Condition {
  readonly claim: readonly string[];
  readonly test: Test;
  readonly every: boolean;
  readonly not: boolean;
}
export interface DrawnRequest {
  /** Behind the path that the condition is at; "" or with a slash in front. */
  readonly rest: string;
  /** The lines of HEADER. */
  readonly lines: readonly string[];
}

export const numbers = [0, -1, 4.5, 5, 6, 1e15];
export const scalars: readonly Scalar[] = [...numbers, 5, 5, 6, "5", "x", "x", "", true, false, null];
const paths = [
  ["level"],
  ["tenant", "level"],
  ["https://a.test/b.c"],
  ["tenant", "a.b"],
  ["scope"],
  ["groups", "role"],
];
/** What a request says where a claim is compared with it; as segments they are nothing but themselves. */
export const plainWords = ["x", "x", "5", "5", "6", "-1", "0", "1000000000000000", "4.5", "05", "X", "true"];
// Envoy has normalized the path before either looks: `%78` is `x` for both, and `..` another path.
const oddSegments = ["", "x%7c", "x;a", ".", "5%2f", "5%2Fx"];
const oddLines: readonly (readonly string[])[] = [[], [""], ["x", "x"], ["5", "x"], ["x,5"], ["x, x"]];

/** Where condition number `i` is asked. */
export const placeOf = (i: number) => `/anything/${i}`;
/** The segment behind that place. */
export const SEGMENT = 3;
/** Behind that place. */
const templates = ["/{claim}", "/{claim}/t/{**}"] as const;

/** A test as condition number `i` has it: a template begins with its place. */
export const testAt = (test: Test, i: number): Test =>
  test.equalsPath === undefined ? test : { ...test, equalsPath: placeOf(i) + test.equalsPath };

export function drawnCondition(random: Random, i: number): Condition {
  const claim = paths[i % paths.length]!;
  const kind = random.pick([
    "lessThan",
    "atMost",
    "moreThan",
    "atLeast",
    "equals",
    "equals",
    "present",
    "equalsHeader",
    "equalsHeader",
    "equalsSegment",
    "equalsPath",
  ] as const);
  // Behind a list of objects `every` never holds here, which CEL does not say.
  const every = kind !== "present" && claim[0] !== "groups" && random.once(3);
  return { claim, test: drawnTest(random, kind), every, not: !every && random.once(4) };
}

function drawnTest(random: Random, kind: keyof Test): Test {
  switch (kind) {
    case "present":
      return { present: random.once(2) };
    case "equals": {
      const some = scalars.filter((one) => one !== null);
      return { equals: Array.from({ length: 1 + random.below(3) }, () => random.pick(some)) };
    }
    case "equalsHeader":
      return { equalsHeader: random.pick([HEADER, "X-Tenant"]) };
    case "equalsSegment":
      return { equalsSegment: SEGMENT };
    case "equalsPath":
      return { equalsPath: random.pick(templates) };
    default:
      return { [kind]: random.pick(numbers) };
  }
}

/** A request with a token of these claims: it says what one of them says more often than chance has it. */
export function drawnRequest(random: Random, claims: unknown): DrawnRequest {
  const own = plainWords.filter((word) => JSON.stringify(claims).includes(word));
  const word = () => random.pick(own.length === 0 || random.once(3) ? plainWords : own);
  const segment = random.once(6) ? random.pick(oddSegments) : word();
  const rest = random.once(8) ? "" : `/${segment}${random.pick(["", "", "/t/", "/t/u", "/", "?a=b/x"])}`;
  return { rest, lines: random.once(5) ? random.pick(oddLines) : [word()] };
}

/** Whether what the condition compares the claim with can be read in one way only. */
export function isPlain({ test }: Condition, { rest, lines }: DrawnRequest): boolean {
  if (test.equalsHeader !== undefined) return lines.length === 1 && /^[^,]+$/.test(lines[0]!);
  if (test.equalsSegment === undefined && test.equalsPath === undefined) return true;
  const [path] = rest.split("?");
  return path === "" || (!/[%;\\]|\/\.{1,2}(\/|$)|\/\//.test(path!) && path !== "/");
}

function drawnValue(random: Random, depth = 0): unknown {
  const kind = random.below(6);
  if (kind === 0 && depth < 1)
    return Array.from({ length: random.below(LONGEST + 1) }, () => drawnValue(random, depth + 1));
  if (kind === 1 && depth < 1) return { level: drawnValue(random, depth + 1) };
  return random.pick(scalars);
}

export function drawnClaims(random: Random): Readonly<Record<string, unknown>> {
  const some = (name: string, make: () => unknown) => (random.once(5) ? {} : { [name]: make() });
  const value = () => drawnValue(random);
  return {
    ...some("level", value),
    ...some("https://a.test/b.c", value),
    ...some("tenant", () => ({ ...some("level", value), ...some("a.b", value) })),
    ...some("scope", () => random.pick(["", " ", "x", "x 5", "5 x  y", 5, ["x", "x y"]])),
    ...some("groups", () =>
      random.pick([
        value,
        () =>
          Array.from({ length: random.below(LONGEST + 1) }, () =>
            random.once(4) ? random.pick(scalars) : some("role", value),
          ),
        () => some("role", value),
      ])(),
    ),
  };
}
