/** Typed reading of configuration objects: what is accepted, and that each error names the place and the remedy. */
import { parseJson } from "../../../../assembly/claims/json";
import { ConfigErrors, nearestName } from "../../../../assembly/config/config_errors";
import { Fields, rootFields } from "../../../../assembly/config/fields";
import { utf8 } from "../../../../assembly/memory/persistent";
import { expectEqual, expectTrue } from "../../assertions/expect.as";

/** Held here, since an object that is read does not. */
let errors: ConfigErrors = new ConfigErrors();

function fields(json: string): Fields {
  errors = new ConfigErrors();
  return rootFields(parseJson(utf8(json)), errors);
}

/** The only error; "" for none. */
function fault(object: Fields): string {
  return object.errors.messages.join(" | ");
}

export function strings(): void {
  const f = fields('{"a":"x","b":"","d":1,"e":["x"],"f":"é\\u20ac"}');
  expectEqual<string>(f.string("a"), "x");
  expectEqual<string>(f.string("b"), "");
  expectEqual<string>(f.string("absent"), "");
  expectEqual<string>(f.string("f"), "é€");
  expectEqual<string>(fault(f), "");
  f.string("d");
  expectEqual<string>(fault(f), "d: must be a string, not a number");
  f.string("e");
  expectTrue(fault(f).endsWith(" | e: must be a string, not a list"));
}

export function lists_of_strings(): void {
  const f = fields('{"a":["x","y"],"b":[],"c":"x","d":["x",{}]}');
  expectEqual<string>(f.strings("a").join(), "x,y");
  expectEqual<i32>(f.strings("b").length, 0);
  expectEqual<i32>(f.strings("absent").length, 0);
  expectEqual<string>(fault(f), "");
  f.strings("c");
  f.strings("d");
  expectEqual<string>(
    fault(f),
    "c: must be a list of strings, not a string | d[1]: must be a string, not an object",
  );
}

export function booleans(): void {
  const f = fields('{"a":true,"b":false,"d":"true","e":0}');
  expectTrue(f.boolean("a", false));
  expectTrue(!f.boolean("b", true));
  expectTrue(f.boolean("absent", true) && !f.boolean("absent", false));
  f.boolean("d", true);
  f.boolean("e", true);
  expectEqual<string>(
    fault(f),
    "d: must be true or false, not a string | e: must be true or false, not a number",
  );
}

export function whole_numbers_in_any_spelling(): void {
  const f = fields('{"a":60,"b":60.0,"c":6e1,"e":60.5,"f":101,"g":-1,"h":"60","i":1e300,"j":-0}');
  expectEqual<i64>(f.integer("a", 5, 0, 100), 60);
  expectEqual<i64>(f.integer("b", 5, 0, 100), 60);
  expectEqual<i64>(f.integer("c", 5, 0, 100), 60);
  expectEqual<i64>(f.integer("absent", 5, 0, 100), 5);
  expectEqual<i64>(f.integer("j", 5, 0, 100), 0);
  expectEqual<string>(fault(f), "");
  const wrong = ["e", "f", "g", "h", "i"];
  for (let i = 0; i < wrong.length; i++) {
    expectEqual<i64>(f.integer(wrong[i], 5, 0, 100), 5, wrong[i]);
    expectEqual<string>(f.errors.messages[i], wrong[i] + ": must be a whole number from 0 to 100");
  }
}

export function durations(): void {
  const good = ["300s", "1s", "1.5s", "0.001s", "1.999999999s", "000000001s", "86400s", "10.0s"];
  const milliseconds: i64[] = [300000, 1000, 1500, 1, 1999, 1000, 86400000, 10000];
  for (let i = 0; i < good.length; i++) {
    const f = fields('{"d":"' + good[i] + '"}');
    expectEqual<i64>(f.duration("d", 7, 1, 86400000), milliseconds[i], good[i]);
    expectEqual<string>(fault(f), "", good[i]);
  }
  const bad = [
    '"300"',
    '"s"',
    '""',
    '"1m"',
    '"1.s"',
    '".5s"',
    '"-1s"',
    '"+1s"',
    '"1,5s"',
    '"1.5.5s"',
    '"1 s"',
    '"1e3s"',
    '"0s"',
    '"0.0009s"',
    '"86400.001s"',
    '"86401s"',
    '"9999999999s"',
    '"99999999999999999999s"',
    "300",
    "true",
    '["1s"]',
    '"1S"',
    '"１s"',
  ];
  for (let i = 0; i < bad.length; i++) {
    const f = fields('{"d":' + bad[i] + "}");
    expectEqual<i64>(f.duration("d", 7, 1, 86400000), 7, bad[i]);
    expectEqual<string>(fault(f), 'd: must be a duration like "300s", from 0.001s to 86400.0s', bad[i]);
  }
}

export function objects_have_paths(): void {
  const f = fields('{"rules":[{"from":[{"x":1}]},{"from":{}}],"o":{"p":1},"n":[1],"s":"x"}');
  const rules = f.objects("rules");
  expectEqual<i32>(rules.length, 2);
  expectEqual<string>(rules[0].objects("from")[0].path, "rules[0].from[0]");
  rules[0].objects("from")[0].string("x");
  rules[1].objects("from");
  const object = f.object("o");
  expectTrue(object !== null && object.path == "o");
  expectTrue(f.object("absent") === null);
  expectEqual<i32>(f.objects("n").length, 0);
  expectTrue(f.object("s") === null);
  expectEqual<string>(
    fault(f),
    "rules[0].from[0].x: must be a string, not a number | rules[1].from: must be a list, not an object | " +
      "n[0]: must be an object, not a number | s: must be an object, not a string",
  );
}

export function what_was_not_asked_for_is_unknown(): void {
  const f = fields('{"issuer":"x","issuerr":"x","jwksuri":"x","zzz":1}');
  f.string("issuer");
  f.string("jwksUri");
  f.close();
  expectEqual<string>(
    fault(f),
    "issuerr: unknown field; did you mean issuer? | jwksuri: unknown field; did you mean jwksUri? | zzz: unknown field",
  );
}

export function what_cannot_be_used_says_why(): void {
  const f = fields('{"selector":{}}');
  f.refuse("selector", "the reason");
  f.refuse("targetRef", "not there");
  f.close();
  expectEqual<string>(fault(f), "selector: the reason");
}

export function null_is_a_value_that_was_forgotten(): void {
  const f = fields('{"a":null,"b":null,"c":null,"d":null,"e":null,"f":null,"g":null,"h":[null],"i":[null]}');
  expectEqual<string>(f.string("a"), "");
  expectEqual<i32>(f.strings("b").length, 0);
  expectTrue(f.boolean("c", true));
  expectEqual<i64>(f.integer("d", 5, 0, 100), 5);
  expectEqual<i64>(f.duration("e", 7, 1, 100), 7);
  expectEqual<i32>(f.objects("f").length, 0);
  expectTrue(f.object("g") === null && !f.has("g"));
  f.strings("h");
  f.objects("i");
  f.close();
  const errors = f.errors.messages;
  expectEqual<i32>(errors.length, 9, "each once, however often it is asked for");
  for (let i = 0; i < 7; i++)
    expectEqual<string>(
      errors[i],
      "abcdefg".charAt(i) + ": must not be null: give it a value, or leave the field out",
    );
  expectEqual<string>(errors[7], "h[0]: must be a string, not null");
  expectEqual<string>(errors[8], "i[0]: must be an object, not null");
}

export function names_of_a_map(): void {
  expectEqual<string>(fields('{"b":{"x":1},"a":[1,2],"\\u0063":3}').names().join(), "b,a,c");
  expectEqual<i32>(fields("{}").names().length, 0);
}

export function errors_are_bounded(): void {
  let json = "{";
  for (let i = 0; i < 500; i++) json += '"field' + i.toString() + '":1,';
  const f = fields(json + '"last":1}');
  f.close();
  expectEqual<i32>(f.errors.messages.length, 20);
}

export function slips_of_the_pen(): void {
  const known = ["issuer", "jwksUri", "fromHeaders", "forwardOriginalToken", "to"];
  expectEqual<string>(nearestName("isuer", known), "issuer");
  expectEqual<string>(nearestName("JWKSURI", known), "jwksUri");
  expectEqual<string>(nearestName("jwks_uri", known), "jwksUri");
  expectEqual<string>(nearestName("from_headers", known), "fromHeaders");
  expectEqual<string>(nearestName("forward", known), "");
  expectEqual<string>(nearestName("", known), "");
  expectEqual<string>(nearestName("x".repeat(100000), known), "");
  expectEqual<string>(nearestName("issuer", []), "");
}
