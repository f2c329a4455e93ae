import tseslint from "typescript-eslint";

// Two languages: AssemblyScript (assembly/, *.as.ts) is read with a lenient parser and without type information,
// since its decorators and numeric types are no TypeScript; everything else is strict, type-checked TypeScript.
const assemblyScript = ["assembly/**/*.ts", "tests/**/*.as.ts"];

export default tseslint.config(
  { ignores: ["build/", "dist/", ".cache/", "node_modules/", "tests/referee/istio/"] },
  {
    files: ["cli", "host", "playground", "policies", "scripts", "tests"].map((part) => `${part}/**/*.ts`),
    ignores: assemblyScript,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      // node:test keeps the promises that its functions return.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["test", "it", "describe", "suite"] },
          ],
        },
      ],
    },
  },
  {
    // One place writes to the terminal, and makes harmless what comes from outside.
    files: ["cli/**/*.ts"],
    ignores: ["cli/terminal/terminal.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        ...["stdout", "stderr", "stdin"].map((property) => ({
          object: "process",
          property,
          message: "Take the Terminal of cli/terminal/terminal.ts.",
        })),
        ...["stdout", "stderr", "stdin", "process", "console"].map((property) => ({
          object: "globalThis",
          property,
          message: "Take the Terminal of cli/terminal/terminal.ts.",
        })),
      ],
      "no-restricted-imports": [
        "error",
        {
          paths: [
            ...["node:process", "process", "node:console", "console", "node:tty", "tty"].map((name) => ({
              name,
              message: "Take the Terminal of cli/terminal/terminal.ts.",
            })),
            {
              name: "node:fs",
              importNames: ["writeSync", "write", "readFile", "createReadStream", "createWriteStream"],
              message:
                "Take the Terminal of cli/terminal/terminal.ts, or fileText of cli/terminal/bounded-text.ts.",
            },
          ],
        },
      ],
      // `const { stdout } = process` goes past the rule above.
      "no-restricted-syntax": [
        "error",
        {
          selector: "VariableDeclarator[init.name='process'][id.type='ObjectPattern']",
          message: "Take the Terminal of cli/terminal/terminal.ts.",
        },
      ],
    },
  },
  {
    // The core runs wherever JavaScript does: files and fetches come in as arguments. (policies/tsconfig.json knows no Node types either.)
    files: ["policies/**/*.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-globals": ["error", "process", "Buffer", "require", "global", "setImmediate", "fetch"],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["node:*", "fs", "fs/*", "path", "crypto", "util"], message: "The core knows no Node." },
            { group: ["**/cli/**", "**/scripts/**", "**/tests/**"], message: "The core lies below these." },
            { group: ["**/host/node/**"], message: "This part of host/ needs Node." },
          ],
        },
      ],
    },
  },
  {
    // The page runs in a browser, makes elements and no markup, and asks nobody for anything.
    files: ["playground/**/*.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-globals": [
        "error",
        "process",
        "Buffer",
        "require",
        "global",
        "fetch",
        "XMLHttpRequest",
        "WebSocket",
        "localStorage",
      ],
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({
          property,
          message: "Take element of playground/elements/element.ts: a text is never markup.",
        })),
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["node:*"], message: "The page knows no Node." },
            {
              group: ["**/cli/**", "**/scripts/**", "**/tests/**"],
              message: "The page stands on policies/ and host/.",
            },
            { group: ["**/host/node/**"], message: "This part of host/ needs Node." },
          ],
        },
      ],
    },
  },
  {
    // Every run of the same commit gives the same answer: whatever a test draws comes from the seed of the run (tests/seeded/).
    files: ["tests/**/*.ts"],
    ignores: [...assemblyScript, "tests/bench/**", "tests/seeded/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "node:crypto",
              importNames: [
                ...[
                  "randomBytes",
                  "randomInt",
                  "randomUUID",
                  "randomFillSync",
                  "webcrypto",
                  "getRandomValues",
                ],
                ...["generateKeyPair", "generateKeyPairSync", "generateKey", "generateKeySync"],
                ...["generatePrime", "generatePrimeSync"],
              ],
              message: "Take Random, keys and secrets from tests/seeded/.",
            },
            {
              name: "jose",
              importNames: ["generateKeyPair", "generateSecret"],
              message: "Take keys from tests/seeded/keys.ts.",
            },
          ],
          patterns: [
            {
              group: ["**/scripts/issuer/issuer.js"],
              importNames: ["startIssuer"],
              message: "Take the issuer of tests/seeded/issuer.ts.",
            },
          ],
        },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Take Random of tests/seeded/random.ts." },
        { object: "crypto", property: "getRandomValues", message: "Take Random of tests/seeded/random.ts." },
        { object: "crypto", property: "randomUUID", message: "Take Random of tests/seeded/random.ts." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression[callee.object.name='fc'][callee.property.name=/^(assert|check|sample)$/]:not(:has(Property[key.name='seed']))",
          message: "Take holds of tests/seeded/properties.ts, or give a seed.",
        },
      ],
    },
  },
  {
    files: assemblyScript,
    languageOptions: { parser: tseslint.parser, parserOptions: { allowInvalidAST: true } },
    rules: {
      "no-empty": "error",
      "no-fallthrough": "error",
      "no-unreachable": "error",
      "no-dupe-else-if": "error",
      "no-self-assign": "error",
      "no-throw-literal": "error",
      // Nothing traps (design.md, rule 1): a throw in the filter is a dead VM.
      "no-restricted-syntax": [
        "error",
        { selector: "ThrowStatement", message: "A throw traps the VM: return a status." },
      ],
    },
  },
);
