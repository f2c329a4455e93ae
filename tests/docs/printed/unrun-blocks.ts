// Blocks of the pages that printed-lines.test.ts and printed-yaml.test.ts do not run, each with the reason and with what holds them true instead.

export interface UnrunBlock {
  readonly page: string;
  /** What the block begins with. */
  readonly begins: string;
  readonly reason: string;
  /** Files of the repository in one of which each line of the block stands, where they do. */
  readonly runBy?: readonly string[];
}

export const unrunBlocks: readonly UnrunBlock[] = [
  {
    page: "docs/playground.md",
    begins: "jwt-policy playground",
    reason: "stays up until somebody ends it; tests/playground/served.test.ts runs it as it stands",
    runBy: ["tests/playground/served.test.ts"],
  },
  {
    page: "README.md",
    begins: "npm ci && npm start\n",
    reason: "installs this repository and stays up; .ci/run does both in a fresh clone, with --once",
    runBy: [".ci/run"],
  },
  {
    page: "README.md",
    begins: "kubectl apply -f envoy/istio/issuer.yaml",
    reason:
      "applies a file of this repository to a cluster: the stage of tests/istio does; printed-yaml.test.ts has that it fits the plugin above it",
  },
  { page: "README.md", begins: "npm test\n", reason: "this test is part of it", runBy: [".ci/run"] },
  {
    page: "CONTRIBUTING.md",
    begins: "npm ci\n",
    reason: "installs this repository and runs all tests: .ci/run, where npm start and npm test build",
    runBy: [".ci/run", "package.json"],
  },
  {
    page: "docs/install.md",
    begins: "npm pack --pack-destination dist\n",
    reason:
      "builds on an image of a registry; command-image.test.ts has that the build's steps fit the package, and releases build and run it",
  },
  {
    page: "docs/install.md",
    begins: "npm run image\n",
    reason:
      "builds in this repository and pushes to the reader's registry; tests/image/image.test.ts pulls the same image from a registry as Istio's agent does",
  },
  {
    page: "docs/install.md",
    begins: "kubectl jwt-policy check",
    reason:
      "asks a cluster: the stage of tests/istio has one; cli/kubectl.test.ts runs the plugin beside a stand-in for kubectl",
  },
  {
    page: "docs/install.md",
    begins: "mkdir jwt-policy-image",
    reason:
      "pushes to the reader's registry; tests/image/push.test.ts runs it as it stands against one, where crane and registry of go-containerregistry are there",
  },
  {
    page: "docs/install.md",
    begins: "npm run build\nfunc-e run",
    reason:
      "fetches an Envoy from its vendor, and a path stands for the reader's own; tests/versions/func-e.ts builds func-e and runs it on the same file",
  },
];
