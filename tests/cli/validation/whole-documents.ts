// Whole documents: names, versions, annotations, and what YAML makes of unquoted words.

const policy = (metadata: string, spec = "{}", kind = "AuthorizationPolicy", version = "v1") =>
  `apiVersion: security.istio.io/${version}\nkind: ${kind}\nmetadata: ${metadata}\nspec: ${spec}\n`;
const annotated = (annotations: string, spec?: string, kind?: string) =>
  policy(`{name: p, namespace: foo, annotations: {${annotations}}}`, spec, kind);

export const wholeDocuments: readonly string[] = [
  policy("{name: p, namespace: foo}", "{}", "AuthorizationPolicy", "v1beta1"),
  policy("{name: p, namespace: foo}", "{jwtRules: [{issuer: a}]}", "RequestAuthentication", "v1beta1"),
  policy("{name: p, namespace: foo}", "{}", "AuthorizationPolicy", "v1alpha1"),
  policy("{name: p}"),
  "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: foo}\n",
  "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: foo}\nspec:\n",
  "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: p, namespace: foo}\n",
  "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: foo}\nspce: {}\n",
  "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: foo}\nspec: {}\nstatus: {}\n",
  ...["true", "false", "1", "t", "T", "TRUE", "yes", "", "True", "tRUE", "0", "f"].flatMap((value) => [
    annotated(`istio.io/dry-run: '${value}'`),
    annotated(`istio.io/dry-run: '${value}'`, "{action: DENY, rules: [{}]}"),
  ]),
  annotated("istio.io/dry-run: 'true'", "{action: AUDIT, rules: [{}]}"),
  annotated("istio.io/dry-run: 'true'", "{action: CUSTOM, provider: {name: opa}, rules: [{}]}"),
  annotated("istio.io/dry-run: 'true'", "{jwtRules: [{issuer: a}]}", "RequestAuthentication"),
  annotated("istio.io/dry-run: true"),
  annotated("internal.istio.io/webhook-always-reject: a"),
  annotated("internal.istio.io/parents: a"),
  annotated("internal.istio.io/parent-namespace: a"),
  annotated("a: b"),
  policy(
    "\n  name: p\n  namespace: foo",
    "\n  rules:\n  - to: &t\n    - operation: {methods: [GET]}\n  - to: *t\n",
  ),
  policy(
    "\n  name: p\n  namespace: foo",
    "\n  rules:\n  - &r\n    to:\n    - operation: {methods: [GET]}\n  - <<: *r\n    when: [{key: source.ip, values: [x]}]\n",
  ),
];
