/** What the claims of a configuration are compared with, each once: a request is looked at once for each. */
import { Fields } from "../../config/fields";
import { Region } from "../../memory/region";
import { hostedName, isHeaderName } from "../../request/header_name";
import { Comparand, ComparandKind, newComparand } from "../values/comparand";
import { claimTemplateFault, pathTemplatePattern } from "../values/path_template";

/** Each costs every request with a token a look. */
const MAX_COMPARANDS = 256;
const MAX_SEGMENT: i64 = 64;
const NOTHING = changetype<Comparand>(0);

export class Comparands {
  readonly all: Comparand[] = [];
  private readonly known: Map<string, i32> = new Map<string, i32>();

  constructor(private readonly region: Region) {}

  /** What a field names; null (address 0), with a fault in the errors of `fields`, if that is nothing. @param field a constant */
  read(fields: Fields, field: string, kind: ComparandKind): Comparand {
    let written = "";
    let fault = "";
    let number: i64 = 0;
    if (kind == ComparandKind.Segment) {
      const faults = fields.errors.messages.length;
      number = fields.integer(field, 0, 1, MAX_SEGMENT);
      if (fields.errors.messages.length > faults) return NOTHING;
      written = "segment " + number.toString() + " of the path";
    } else {
      written = fields.string(field);
      if (kind == ComparandKind.Template) fault = claimTemplateFault(written);
      else if (!isHeaderName(written)) fault = "must be a header name of letters, digits, - and _";
      if (kind == ComparandKind.Header) written = "header " + hostedName(written);
    }
    if (fault.length > 0) {
      fields.error(field, fault);
      return NOTHING;
    }
    return this.comparand(fields, field, kind, written, <u32>number);
  }

  private comparand(
    fields: Fields,
    field: string,
    kind: ComparandKind,
    written: string,
    number: u32,
  ): Comparand {
    // A template begins with a slash, the others with their kind.
    if (this.known.has(written)) return this.all[this.known.get(written)];
    if (this.all.length == MAX_COMPARANDS) {
      fields.error(
        field,
        "too many headers, segments and paths to compare with, in all policies together (most: 256)",
      );
      return NOTHING;
    }
    const comparand = newComparand(this.region, kind, written);
    comparand.number = number;
    if (kind == ComparandKind.Header)
      comparand.header = this.region.keepText(written.substring("header ".length));
    if (kind == ComparandKind.Template)
      comparand.template = pathTemplatePattern(this.region, written).argument;
    this.known.set(written, this.all.length);
    this.all.push(comparand);
    return comparand;
  }
}
