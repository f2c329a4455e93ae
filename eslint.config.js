import tseslint from "typescript-eslint";

// Two languages: AssemblyScript (assembly/, *.as.ts) is read with a lenient parser and without type information,
// since its decorators and numeric types are no TypeScript; everything else is strict, type-checked TypeScript.
const assemblyScript = ["assembly/**/*.ts", "tests/**/*.as.ts"];

export default tseslint.config(
  { ignores: ["build/", "dist/", ".cache/", "node_modules/", "tests/referee/istio/"] },
  {
    files: ["cli/**/*.ts", "host/**/*.ts", "scripts/**/*.ts", "tests/**/*.ts"],
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
