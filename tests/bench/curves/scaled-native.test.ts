// What Istio would write for more policies and issuers is built of what it has written: where it was asked, the two are the same.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  ISSUERS,
  manyIssuers,
  manyPolicies,
  onePolicy,
  POLICIES,
  scale,
} from "../../differential/cases/scale.js";
import { readNative } from "../../differential/native/native-filters.js";
import { withIssuers, withPolicies } from "./scaled-native.js";

describe("native's filters, scaled", () => {
  let recorded: (name: string) => readonly unknown[];
  before(async () => {
    const answers = await readNative(scale);
    recorded = (name) => answers.get(name)!.httpFilters;
  });

  it("a thousand policies made of one are those that Istio writes", () => {
    const scaled = withPolicies(recorded(onePolicy.name), POLICIES) as Rbac[];
    const written = structuredClone(recorded(manyPolicies.name)) as Rbac[];
    // By name but for their own: the rest of a filter is compared as it stands.
    const policies = [scaled, written].map((filters) =>
      filters.flatMap(({ typed_config: { rules } }) => Object.values(rules?.policies ?? {})),
    );
    assert.equal(policies[0]!.length, POLICIES);
    const texts = policies.map((list) => new Set(list.map((policy) => JSON.stringify(policy))));
    assert.deepEqual(texts[0], texts[1]);
  });

  it("as many issuers made of themselves are those that Istio writes; one is alone with `missing`", () => {
    const many = recorded(manyIssuers.name);
    assert.deepEqual(withIssuers(many, ISSUERS), many);
    const [alone] = withIssuers(many, 1) as JwtAuthn[];
    const [one] = recorded(onePolicy.name) as JwtAuthn[];
    assert.deepEqual(alone, one);
  });
});

interface Rbac {
  readonly typed_config: { readonly rules?: { readonly policies?: Readonly<Record<string, unknown>> } };
}

interface JwtAuthn {
  readonly typed_config: object;
}
