/** Aliases of trust domains, as istio pilot/pkg/security/trustdomain/bundle.go has them: a star on either side. */
import { TrustDomains } from "../../../../assembly/policy/rules/trust_domain";
import { expectEqual } from "../../assertions/expect.as";

function expectPrincipals(domains: string[], principal: string, expected: string[]): void {
  const found = new TrustDomains(domains[0], domains.slice(1)).withPrincipalAliases([principal]);
  expectEqual<string>(found.join(" "), expected.join(" "), domains.join(",") + ": " + principal);
}

export function principals_of_the_mesh_stand_for_all_of_its_domains(): void {
  const both = ["td/ns/foo/sa/a", "old/ns/foo/sa/a"];
  expectPrincipals(["td", "old"], "td/ns/foo/sa/a", both);
  expectPrincipals(["td", "old"], "old/ns/foo/sa/a", both);
  expectPrincipals(["td", "old"], "cluster.local/ns/foo/sa/a", both);
  expectPrincipals(["td", "old"], "other/ns/foo/sa/a", ["other/ns/foo/sa/a"]);
  // No principal, or one of any domain.
  expectPrincipals(["td", "old"], "td/ns/foo", ["td/ns/foo"]);
  expectPrincipals(["td", "old"], "*/ns/foo/sa/a", ["*/ns/foo/sa/a"]);
  expectPrincipals(["td", "old"], "*", ["*"]);
}

export function stars_in_a_principal(): void {
  // `t*` is the beginning of td, `*d` the end of td and old.
  expectPrincipals(["td", "old"], "t*/ns/foo/sa/a", ["td/ns/foo/sa/a", "old/ns/foo/sa/a"]);
  expectPrincipals(["td", "old"], "*d/ns/foo/sa/a", ["*d/ns/foo/sa/a"]);
  expectPrincipals(["td", "new"], "*d/ns/foo/sa/a", ["*d/ns/foo/sa/a", "new/ns/foo/sa/a"]);
  expectPrincipals(["td", "old"], "x*/ns/foo/sa/a", ["x*/ns/foo/sa/a"]);
  expectPrincipals(["td", "old"], "*x/ns/foo/sa/a", ["*x/ns/foo/sa/a"]);
}

export function stars_in_a_domain(): void {
  expectPrincipals(["td", "*"], "other/ns/foo/sa/a", ["td/ns/foo/sa/a", "*/ns/foo/sa/a"]);
  expectPrincipals(["td", "o*"], "other/ns/foo/sa/a", ["td/ns/foo/sa/a", "o*/ns/foo/sa/a"]);
  expectPrincipals(["td", "*r"], "other/ns/foo/sa/a", ["td/ns/foo/sa/a", "*r/ns/foo/sa/a"]);
  expectPrincipals(["td", "x*"], "other/ns/foo/sa/a", ["other/ns/foo/sa/a"]);
}

export function lists_of_trust_domains(): void {
  const domains = new TrustDomains("td", ["old"]);
  expectEqual<string>(domains.withTrustDomainAliases(["old", "x"]).join(" "), "td old x");
}
