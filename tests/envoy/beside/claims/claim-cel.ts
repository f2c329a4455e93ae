// A condition of `extensions.claimPolicies` in CEL, over what jwt_authn leaves of the token in metadata.

import {
  and,
  at,
  claims,
  compare,
  header,
  isIn,
  isLonger,
  isNot,
  literal,
  named,
  or,
  startsWith,
  urlPath,
  type Cel,
} from "./cel.js";
import {
  HEADER,
  LONGEST,
  numbers,
  placeOf,
  plainWords,
  type Comparison,
  type Condition,
  type Test,
} from "./drawn-claims.js";

const any = (terms: readonly Cel[]): Cel => terms.reduce((a, b) => or(a, b));

/** Terms of which errors are no harm: an error in one alternative is nothing where another holds. */
function holdsFor(value: Cel, test: Test, i: number): Cel {
  if (test.present !== undefined) return isNot(compare("==", value, literal(null)));
  if (test.equals !== undefined) return any(test.equals.map((one) => compare("==", value, literal(one))));
  if (test.equalsHeader !== undefined)
    return isSaid(value, (word) => compare("==", header(HEADER), literal(word)));
  if (test.equalsSegment !== undefined)
    return isSaid(value, (word) =>
      or(isPath(`${placeOf(i)}/${word}`), startsWith(urlPath, `${placeOf(i)}/${word}/`)),
    );
  if (test.equalsPath !== undefined) {
    const isExact = test.equalsPath.endsWith("{claim}");
    return isSaid(value, (word) =>
      isExact ? isPath(`${placeOf(i)}/${word}`) : startsWith(urlPath, `${placeOf(i)}/${word}/t/`),
    );
  }
  const [[name, number]] = Object.entries(test) as [[Comparison, number]];
  const sign = ({ lessThan: "<", atMost: "<=", moreThan: ">", atLeast: ">=" } as const)[name];
  return compare(sign, value, literal(number));
}

const isPath = (path: string) => compare("==", urlPath, literal(path));

/**
 * That a value is what the request says. Envoy's CEL neither joins texts nor makes numbers of them, so each of the words that are drawn is a term: as a text,
 * and as the whole number that it writes.
 */
function isSaid(value: Cel, says: (word: string) => Cel): Cel {
  return any(
    [...new Set(plainWords)].map((word) => {
      const number = numbers.find((one) => Number.isInteger(one) && String(one) === word);
      const isText = compare("==", value, literal(word));
      return and(
        says(word),
        number === undefined ? isText : or(isText, compare("==", value, literal(number))),
      );
    }),
  );
}

const indices = Array.from({ length: LONGEST }, (_, i) => i);

/** The condition without its `not`. @param i the number of its place */
export function celOf({ claim, test, every }: Condition, i: number): Cel {
  const presence = (map: Cel, name: string, more: Cel) => and(isIn(name, map), more);
  const [first, second] = claim;
  const top = named(claims, first!);
  const tested = (value: Cel): Cel => {
    if (test.present !== undefined) return holdsFor(value, test, i);
    const elements = indices.map((index) => holdsFor(at(value, index), test, i));
    if (!every) return elements.reduce((a, b) => or(a, b), holdsFor(value, test, i));
    return or(
      holdsFor(value, test, i),
      and(isLonger(value, 0), ...elements.map((one, index) => or(isNot(isLonger(value, index)), one))),
    );
  };
  if (second === undefined) return presence(claims, first!, tested(top));
  const within = (map: Cel) => presence(map, second, tested(named(map, second)));
  const listed = first === "groups" ? indices.map((index) => within(at(top, index))) : [];
  return presence(
    claims,
    first!,
    listed.reduce((a, b) => or(a, b), within(top)),
  );
}
