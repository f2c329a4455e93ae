/** What else of the configuration matters to the policies. */
export class PolicyOptions {
  constructor(
    readonly trustDomain: string,
    readonly trustDomainAliases: string[],
    /** Whether `directRemoteAddress` names the filter state that has the TCP peer. */
    readonly hasDirectRemoteAddress: bool,
  ) {}
}
