/** `extensions.answers`: texts of the configuration, checked so that none of them breaks out of its header field. */
import { Fields, text } from "../../config/fields";
import { OUTCOMES, Status, httpCode, statusText } from "../../decision/status";
import { Region } from "../../memory/region";
import { Span, span } from "../../memory/span";
import { Answer, Answers, Template, Value } from "./answer";

const MAX_ANSWERS = 32;
const MAX_HEADERS = 16;
const MAX_TEXT = 16384;
const PROBLEM = '{"status":${status},"detail":"${reason}"}';
/** What HTTP frames answers with, and what the filter says itself. */
const OWN_FIELDS: string[] = [
  "connection",
  "content-length",
  "grpc-message",
  "grpc-status",
  "transfer-encoding",
  "www-authenticate",
];
/** In the order of `Value`. */
const VALUES: string[] = ["reason", "status", "path", "url"];

/** @returns null where there are none; faults go to the errors of `fields` */
export function readAnswers(fields: Fields, region: Region): Answers | null {
  const list = fields.objects("answers");
  if (list.length == 0) return null;
  if (list.length > MAX_ANSWERS) fields.error("answers", "must have at most 32 items");
  const answers = new StaticArray<Answer>(list.length);
  let ofIdentities = false;
  for (let i = 0; i < list.length; i++) {
    answers[i] = readAnswer(list[i], region);
    if (answers[i].outcomes[Status.IdentityNeeded]) ofIdentities = true;
  }
  return new Answers(answers, ofIdentities);
}

function readAnswer(fields: Fields, region: Region): Answer {
  const outcomes = readOutcomes(fields);
  const browsers = fields.boolean("browsers", false);
  const status = <u32>fields.integer("status", 0, 200, 599);
  const problem = fields.boolean("problem", false);
  if (problem && fields.has("body")) fields.error("body", "is that of a problem already");
  const names: Span[] = [];
  const values: Template[] = [];
  const headers = fields.object("headers");
  if (headers !== null) {
    const given = headers.names();
    if (given.length > MAX_HEADERS) fields.error("headers", "must have at most 16 fields");
    for (let i = 0; i < given.length; i++) {
      if (!isFieldName(given[i]))
        headers.error(given[i], "is no header field in lower case, or one that is not yours to set");
      names.push(region.keepText(given[i]));
      values.push(readTemplate(headers, given[i], headers.string(given[i]), true, region));
    }
  }
  if (problem) {
    names.push(region.keepText("content-type"));
    values.push(readTemplate(fields, "", "application/problem+json", true, region));
  }
  const body = readTemplate(fields, "body", problem ? PROBLEM : fields.string("body"), false, region);
  fields.close();
  return new Answer(
    outcomes,
    browsers,
    status,
    StaticArray.fromArray(names),
    StaticArray.fromArray(values),
    body,
  );
}

/** Outcomes by their word, or by the status that they have of themselves; all where none is named. */
function readOutcomes(fields: Fields): StaticArray<bool> {
  const named = fields.strings("outcomes");
  const outcomes = new StaticArray<bool>(OUTCOMES).fill(named.length == 0);
  for (let i = 0; i < named.length; i++) {
    let known = false;
    for (let status = 1; status < OUTCOMES; status++) {
      const word = text(statusText(status)).split(" ").join("_");
      if (word != named[i] && httpCode(status).toString() != named[i]) continue;
      outcomes[status] = true;
      known = true;
    }
    if (!known)
      fields.error(
        "outcomes[" + i.toString() + "]",
        "is no outcome of docs/outcomes.md with _ for blanks, and no status of one",
      );
  }
  return outcomes;
}

/** `${name}` stands for a value; all else is as it is written. */
function readTemplate(
  fields: Fields,
  name: string,
  template: string,
  isField: bool,
  region: Region,
): Template {
  if (template.length > MAX_TEXT) fields.error(name, "must have at most 16384 letters");
  const parts: Span[] = [];
  let from = 0;
  while (from < template.length) {
    const open = template.indexOf("${", from);
    const end = open < 0 ? template.length : open;
    if (end > from) parts.push(region.keepText(template.substring(from, end)));
    if (open < 0) break;
    const close = template.indexOf("}", open);
    const value = close < 0 ? -1 : VALUES.indexOf(template.substring(open + 2, close));
    if (value < 0) {
      fields.error(name, "${…} must be one of ${reason}, ${status}, ${path} and ${url}");
      break;
    }
    parts.push(span(0, <u32>(value + Value.Reason)));
    from = close + 1;
  }
  if (isField && !isFieldValue(template)) fields.error(name, "must be visible ASCII and blanks");
  return StaticArray.fromArray(parts);
}

/** RFC 9110 §5.5, without what is beyond ASCII. */
function isFieldValue(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return text.length > 0;
}

function isFieldName(name: string): bool {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code != 0x2d && !(code >= 0x61 && code <= 0x7a) && !(code >= 0x30 && code <= 0x39)) return false;
  }
  return name.length > 0 && name.length < 128 && !OWN_FIELDS.includes(name);
}
