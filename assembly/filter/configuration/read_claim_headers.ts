/** `extensions.claimHeaders`: each is given to the JWT rules of its issuers, beside what their `outputClaimToHeaders` say. */
import { boundedObjects, boundedTexts, refuseEmpty } from "../../config/bounded_lists";
import { Fields, text } from "../../config/fields";
import { Region } from "../../memory/region";
import { lowerCaseText } from "../../memory/text_case";
import { Span } from "../../memory/span";
import { ClaimHeader, JwtRule, ListForm } from "./jwt_rule";
import { outputHeaderFault } from "./output_header";
import { rulesOfIssuers } from "./rules_of_issuer";

/** Must come before anybody asks which headers the rules write. Faults go to the errors of `extensions`. */
export function readClaimHeaders(extensions: Fields, rules: JwtRule[], region: Region): void {
  const list = boundedObjects(extensions, "claimHeaders");
  refuseEmpty(extensions, "claimHeaders", list.length);
  for (let i = 0; i < list.length; i++) {
    const fields = list[i];
    const issuers = boundedTexts(fields, "issuers");
    refuseEmpty(fields, "issuers", issuers.length);
    const header = readHeader(fields, region);
    fields.close();
    if (header === null) continue;
    if (isRead(header, rules)) {
      fields.error("header", "tokens are looked for in this header: it would be taken for one");
      continue;
    }
    const given = rulesOfIssuers<JwtRule[]>(rules, issuers, fields);
    if (given.length == 0 && !fields.has("issuers"))
      fields.error("header", "there is no JWT rule that could write it");
    for (let j = 0; j < given.length; j++) give(header, given[j], fields);
  }
}

function readHeader(fields: Fields, region: Region): ClaimHeader | null {
  const faults = fields.errors.messages.length;
  const names = boundedTexts(fields, "claim");
  if (names.length == 0 || names.includes(""))
    fields.error("claim", "must be a list of names, none of them empty");
  const header = fields.string("header");
  const fault = outputHeaderFault(header);
  if (fault.length > 0) fields.error("header", fault);
  const form = fields.has("list") ? fields.string("list") : "JOINED";
  if (form != "JOINED" && form != "REPEATED")
    fields.error("list", 'must be JOINED or REPEATED, not "' + form + '"');
  if (fields.errors.messages.length > faults) return null;
  const claim = new StaticArray<Span>(names.length);
  for (let i = 0; i < names.length; i++) claim[i] = region.keepText(names[i]);
  return new ClaimHeader(
    region.keepText(lowerCaseText(header)),
    claim,
    form == "REPEATED" ? ListForm.Repeated : ListForm.Joined,
  );
}

/** Whether any rule looks for tokens in it. */
function isRead(header: ClaimHeader, rules: JwtRule[]): bool {
  for (let i = 0; i < rules.length; i++) {
    if (rules[i].readsHeader(header.header)) return true;
  }
  return false;
}

function give(header: ClaimHeader, rule: JwtRule, fields: Fields): void {
  if (rule.writes(header.header))
    fields.error("header", "the JWT rule of the issuer " + text(rule.issuer) + " writes this header already");
  const headers = rule.claimHeaders.slice<Array<ClaimHeader>>();
  headers.push(header);
  rule.claimHeaders = StaticArray.fromArray(headers);
}
