/**
 * Trust-domain aliases: a principal of one of the mesh's trust domains stands for the same one in all of them
 * (istio pilot/pkg/security/trustdomain/bundle.go).
 */

/** Stands for the mesh's own trust domain, whatever it is called. */
const CLUSTER_LOCAL = "cluster.local";

export class TrustDomains {
  /** The mesh's trust domain, then its aliases. */
  private names: string[];

  constructor(trustDomain: string, aliases: string[]) {
    this.names = [trustDomain];
    for (let i = 0; i < aliases.length; i++) this.names.push(aliases[i]);
  }

  /** `principals`, those of the mesh's trust domains once for each of them. */
  withPrincipalAliases(principals: string[]): string[] {
    const all: string[] = [];
    for (let i = 0; i < principals.length; i++) {
      const parts = principals[i].split("/");
      if (parts.length != 5 || parts[0] == "*" || !(this.isOurs(parts[0]) || parts[0] == CLUSTER_LOCAL)) {
        all.push(principals[i]);
        continue;
      }
      const rest = principals[i].substr(parts[0].length);
      for (let n = 0; n < this.names.length; n++) {
        // `*-td` stays what it is for the names that it matches.
        const alias = isSuffixMatch(this.names[n], parts[0]) ? principals[i] : this.names[n] + rest;
        if (!all.includes(alias)) all.push(alias);
      }
    }
    return all;
  }

  /** `values`, with all of the mesh's trust domains in place of one of them. */
  withTrustDomainAliases(values: string[]): string[] {
    const all: string[] = [];
    for (let i = 0; i < values.length; i++) {
      if (!this.names.includes(values[i])) {
        all.push(values[i]);
        continue;
      }
      for (let n = 0; n < this.names.length; n++) all.push(this.names[n]);
    }
    return all;
  }

  /** A star may stand on either side. */
  private isOurs(name: string): bool {
    for (let i = 0; i < this.names.length; i++) {
      const own = this.names[i];
      if (name == own || own == "*") return true;
      if (isPrefixMatch(name, own) || isPrefixMatch(own, name)) return true;
      if (isSuffixMatch(name, own) || isSuffixMatch(own, name)) return true;
    }
    return false;
  }
}

function isPrefixMatch(name: string, pattern: string): bool {
  return pattern.endsWith("*") && name.startsWith(pattern.substr(0, pattern.length - 1));
}

function isSuffixMatch(name: string, pattern: string): bool {
  return pattern.startsWith("*") && name.endsWith(pattern.substr(1));
}
