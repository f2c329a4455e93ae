// extensions.claimPolicies beside Envoy's own rbac with CEL conditions over what native jwt_authn leaves in metadata: the same tokens to both in one Envoy,
// conditions and claims drawn at random.

import assert from "node:assert/strict";
import { it } from "node:test";
import { Random } from "../../seeded/random.js";
import { setupFor, trustingInline } from "../stage/harness.js";
import { and, at, claims, compare, isIn, isLonger, isNot, literal, named, or, type Cel } from "./cel.js";
import { ask, goodOrMissing, jwtAuthn, withNative } from "./native-listener.js";

const CONDITIONS = 36;
const TOKENS = 14;
/** Lists that are drawn are no longer: CEL conditions have no loops in Envoy, so each element is a term. */
const LONGEST = 3;

type Scalar = number | string | boolean | null;
type Test = { readonly [name in "lessThan" | "atMost" | "moreThan" | "atLeast"]?: number } & {
  readonly equals?: Scalar[];
  readonly present?: boolean;
};
interface Condition {
  readonly claim: string[];
  readonly test: Test;
  readonly every: boolean;
  readonly not: boolean;
}

const random = Random.for("claim policies beside CEL");
const oneOf = <T>(values: readonly T[]): T => random.pick(values);

const numbers = [0, -1, 4.5, 5, 6, 1e15];
const scalars: readonly Scalar[] = [...numbers, 5, 5, 6, "5", "x", "", true, false, null];
const paths = [
  ["level"],
  ["tenant", "level"],
  ["https://a.test/b.c"],
  ["tenant", "a.b"],
  ["scope"],
  ["groups", "role"],
];

function drawnCondition(i: number): Condition {
  const claim = paths[i % paths.length]!;
  const kind = oneOf(["lessThan", "atMost", "moreThan", "atLeast", "equals", "equals", "present"] as const);
  const test: Test =
    kind === "present"
      ? { present: random.below(2) === 0 }
      : kind === "equals"
        ? {
            equals: Array.from({ length: 1 + random.below(3) }, () =>
              oneOf(scalars.filter((one) => one !== null)),
            ),
          }
        : { [kind]: oneOf(numbers) };
  // Behind a list of objects `every` never holds here, which CEL does not say.
  const every = kind !== "present" && claim[0] !== "groups" && random.below(3) === 0;
  return { claim, test, every, not: !every && random.below(4) === 0 };
}

function drawnValue(depth = 0): unknown {
  const kind = random.below(6);
  if (kind === 0 && depth < 1)
    return Array.from({ length: random.below(LONGEST + 1) }, () => drawnValue(depth + 1));
  if (kind === 1 && depth < 1) return { level: drawnValue(depth + 1) };
  return oneOf(scalars);
}

function drawnClaims(): Record<string, unknown> {
  const some = (name: string, make: () => unknown) => (random.below(5) === 0 ? {} : { [name]: make() });
  return {
    ...some("level", drawnValue),
    ...some("https://a.test/b.c", drawnValue),
    ...some("tenant", () => ({ ...some("level", drawnValue), ...some("a.b", drawnValue) })),
    ...some("scope", () => oneOf(["", " ", "x", "x 5", "5 x  y", 5, ["x", "x y"]])),
    ...some("groups", () =>
      oneOf([
        () => drawnValue(),
        () =>
          Array.from({ length: random.below(LONGEST + 1) }, () =>
            random.below(4) === 0 ? oneOf(scalars) : some("role", drawnValue),
          ),
        () => some("role", drawnValue),
      ])(),
    ),
  };
}

/** Terms of which errors are no harm: an error in one alternative is nothing where another holds. */
function holdsFor(value: Cel, test: Test): Cel {
  if (test.present !== undefined) return isNot(compare("==", value, literal(null)));
  if (test.equals !== undefined)
    return test.equals.map((one) => compare("==", value, literal(one))).reduce((a, b) => or(a, b));
  const [[name, number]] = Object.entries(test) as [["lessThan" | "atMost" | "moreThan" | "atLeast", number]];
  return compare(
    ({ lessThan: "<", atMost: "<=", moreThan: ">", atLeast: ">=" } as const)[name],
    value,
    literal(number),
  );
}

const indices = Array.from({ length: LONGEST }, (_, i) => i);

/** The condition without its `not`. */
function celOf({ claim, test, every }: Condition): Cel {
  const presence = (map: Cel, name: string, more: Cel) => and(isIn(name, map), more);
  const [first, second] = claim;
  const top = named(claims, first!);
  const tested = (value: Cel): Cel => {
    if (test.present !== undefined) return holdsFor(value, test);
    const elements = indices.map((i) => holdsFor(at(value, i), test));
    if (!every) return elements.reduce((a, b) => or(a, b), holdsFor(value, test));
    return or(
      holdsFor(value, test),
      and(isLonger(value, 0), ...elements.map((one, i) => or(isNot(isLonger(value, i)), one))),
    );
  };
  if (second === undefined) return presence(claims, first!, tested(top));
  const within = (map: Cel) => presence(map, second, tested(named(map, second)));
  const listed = first === "groups" ? indices.map((i) => within(at(top, i))) : [];
  return presence(
    claims,
    first!,
    listed.reduce((a, b) => or(a, b), within(top)),
  );
}

const conditions = Array.from({ length: CONDITIONS }, (_, i) => drawnCondition(i));

let inline: object = {};
const setup = setupFor({
  listeners: (issuer) => {
    inline = { issuer: issuer.issuer, local_jwks: { inline_string: JSON.stringify(issuer.jwks) } };
    const rules = conditions.map(({ claim, test, every, not }, i) => ({
      to: [{ operation: { paths: [`/anything/${i}`] } }],
      claims: [{ claim, ...test, ...(every ? { every } : {}), ...(not ? { not } : {}) }],
    }));
    const ours = trustingInline(issuer, {}, { extensions: { claimPolicies: [{ name: "drawn", rules }] } });
    return { ours, native: trustingInline(issuer) };
  },
  edit: (config) =>
    withNative(config, "native", [
      jwtAuthn(
        { ...inline, normalize_payload_in_metadata: { space_delimited_claims: ["scope", "permission"] } },
        [{ match: { prefix: "/" }, requires: goodOrMissing }],
      ),
      {
        name: "envoy.filters.http.rbac",
        typed_config: {
          "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
          rules: {
            action: "ALLOW",
            policies: Object.fromEntries(
              conditions.map((one, i) => [
                `c${i}`,
                {
                  permissions: [{ url_path: { path: { exact: `/anything/${i}` } } }],
                  principals: [{ any: true }],
                  condition: celOf(one),
                },
              ]),
            ),
          },
        },
      },
    ]),
});

it("conditions on claims hold where Envoy's rbac with CEL has them hold", async () => {
  const { envoy, issuer } = await setup();
  let held = 0;
  for (let t = 0; t < TOKENS; t++) {
    const drawn = drawnClaims();
    const token = await issuer.sign({ iss: issuer.issuer, sub: "a", exp: 4_000_000_000, ...drawn });
    const headers = { authorization: `Bearer ${token}` };
    await Promise.all(
      conditions.map(async (condition, i) => {
        const asked = { path: `/anything/${i}`, headers };
        const [ours, theirs] = await Promise.all([
          ask(envoy.port("ours"), asked),
          ask(envoy.port("native"), asked),
        ]);
        // CEL is asked without negations: where it cannot tell, `not` holds.
        const isInverse = condition.not !== (condition.test.present === false);
        const expected = (theirs.status === 200) !== isInverse;
        const what = `${JSON.stringify(condition)} of ${JSON.stringify(drawn)}`;
        assert.ok(
          [200, 403].includes(theirs.status) && [200, 403].includes(ours.status),
          `${what}: ${ours.body}`,
        );
        assert.equal(ours.status === 200, expected, what);
        if (expected) held++;
      }),
    );
  }
  assert.ok(held > 50 && held < CONDITIONS * TOKENS - 50, `${held} have held`);
});
