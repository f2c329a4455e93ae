// The guards of an AssemblyScript source: the places where one condition, or one call, less would let something through.

import ts from "typescript";

/**
 * What is done to a guard:
 * - `never`: the condition counts as false: what it guards against is let through
 * - `always`: the condition counts as true
 * - `skipped`: the call is not made
 */
export type Removal = "never" | "always" | "skipped";

export interface Guard {
  /** Path from the repository's root. */
  readonly file: string;
  /** The function around it, `Class.method` for methods; empty at the top level. */
  readonly within: string;
  /** The condition, or the call with its semicolon, with every run of white space one space. */
  readonly text: string;
  readonly removal: Removal;
  /** Line in the file, from 1. */
  readonly line: number;
  /** Offsets of the condition or call in the file. */
  readonly start: number;
  readonly end: number;
}

/** Which guard it is, whatever lines are above it: `assembly/keys/max_age.ts maxAge: end > start: never`; a second one of that name ends in `(2)`. */
export type GuardName = string;

export function nameOf({ file, within, text, removal }: Guard): GuardName {
  return `${file} ${within}: ${text}: ${removal}`;
}

/**
 * All guards of a file, by name, in the order of the text:
 * - an `if`: its condition `never` true, and `always` where it has an `else` or does not leave the function or loop
 * - an operand of `&&` (`always`) or `||` (`never`)
 * - the condition of `? :`, both ways
 * - a comparison that is returned, both ways
 * - a call that stands alone, `skipped`; not what moves bytes, and not the arithmetic of crypto/: those are no guards
 *
 * A comparison with `null` is left alone where it stands alone: the compiler itself refuses to do without it.
 */
export function findGuards(file: string, text: string): Map<GuardName, Guard> {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = new Map<GuardName, Guard>();

  const add = (node: ts.Node, within: string, ...removals: readonly Removal[]): void => {
    for (const removal of removals) {
      const start = node.getStart(source);
      const guard: Guard = {
        file,
        within,
        text: text.slice(start, node.end).replaceAll(/\s+/g, " "),
        removal,
        line: source.getLineAndCharacterOfPosition(start).line + 1,
        start,
        end: node.end,
      };
      const name = nameOf(guard);
      let unique = name;
      for (let count = 2; found.has(unique); count++) unique = `${name} (${count})`;
      found.set(unique, guard);
    }
  };

  const visit = (node: ts.Node, within: string): void => {
    const inner = nameWithin(node, within);
    if (ts.isIfStatement(node)) {
      if (!comparesWithNull(node.expression)) {
        const leaves = node.elseStatement === undefined && endsInExit(node.thenStatement);
        add(node.expression, inner, ...(leaves ? (["never"] as const) : (["never", "always"] as const)));
      }
    } else if (isLogical(node)) {
      const removal = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ? "always" : "never";
      for (const operand of [node.left, node.right])
        if (!isSameLogical(operand, node) && !comparesWithNull(operand)) add(operand, inner, removal);
    } else if (ts.isConditionalExpression(node)) {
      if (!comparesWithNull(node.condition)) add(node.condition, inner, "never", "always");
    } else if (ts.isReturnStatement(node) && node.expression !== undefined) {
      if (isComparison(node.expression)) add(node.expression, inner, "never", "always");
    } else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
      if (!isData(file, node.expression)) add(node, inner, "skipped");
    }
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, "");
  return found;
}

/** `super(…)`, `store<u32>(…)`, `memory.copy(…)`, and every call in crypto/. */
function isData(file: string, { expression: callee }: ts.CallExpression): boolean {
  if (file.startsWith("assembly/crypto/") || callee.kind === ts.SyntaxKind.SuperKeyword) return true;
  return /^(store|memory\.copy|memory\.fill)$/.test(callee.getText());
}

function nameWithin(node: ts.Node, within: string): string {
  if (
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isAccessor(node)
  ) {
    const name = node.name?.getText() ?? "";
    return within === "" ? name : `${within}.${name}`;
  }
  return ts.isConstructorDeclaration(node) ? `${within}.constructor` : within;
}

function isLogical(node: ts.Node): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
}

/** `a && b` within `a && b && c` is no operand of its own. */
function isSameLogical(operand: ts.Expression, of: ts.BinaryExpression): boolean {
  return isLogical(operand) && operand.operatorToken.kind === of.operatorToken.kind;
}

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

function isComparison(node: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.ExclamationToken;
  return ts.isBinaryExpression(node) && COMPARISONS.has(node.operatorToken.kind) && !comparesWithNull(node);
}

function comparesWithNull(node: ts.Expression): boolean {
  return (
    ts.isBinaryExpression(node) &&
    [node.left, node.right].some((side) => side.kind === ts.SyntaxKind.NullKeyword || comparesWithNull(side))
  );
}

function endsInExit(statement: ts.Statement): boolean {
  if (ts.isBlock(statement)) {
    const last = statement.statements.at(-1);
    return last !== undefined && endsInExit(last);
  }
  return (
    ts.isReturnStatement(statement) ||
    ts.isBreakStatement(statement) ||
    ts.isContinueStatement(statement) ||
    ts.isThrowStatement(statement)
  );
}
